using System.Globalization;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>What a reference detector makes of pictures: sources of scenes, and the pictures that are none.</summary>
/// <param name="People">Pictures with faces.</param>
/// <param name="Places">Pictures without.</param>
/// <param name="Skipped">Pictures that could not be read, and those whose label is doubtful.</param>
internal sealed record TeacherLabels(IReadOnlyList<FaceSource> People, IReadOnlyList<FaceSource> Places, IReadOnlyList<SkippedItem> Skipped)
{
    // A scene in which the reference half sees a face is neither.
    private const float DoubtfulConfidence = 0.5f;

    // Share of the distance between the eyes by which the reference may be off the points that come with a picture.
    private const float MostDeviation = 0.15f;

    private sealed record Outcome(FaceSource? Person, FaceSource? Place, SkippedItem? Skipped);

    /// <summary>Looks at all pictures, on all processors; the result is in their order.</summary>
    /// <param name="faces">Pictures of people.</param>
    /// <param name="scenes">Pictures of places without people.</param>
    /// <param name="reference">The reference detector.</param>
    /// <param name="options">Least confidence, progress, cancellation.</param>
    /// <exception cref="InvalidOperationException">The reference finds no face in any of the pictures of people.</exception>
    public static TeacherLabels Of(IReadOnlyList<string> faces, IReadOnlyList<string> scenes, FaceDetectorModel reference, FaceDetectorTrainingOptions options)
    {
        using var teacher = new FaceDetector(reference);
        var outcomes = new Outcome[faces.Count + scenes.Count];
        var (done, clock) = (0L, System.Diagnostics.Stopwatch.StartNew());
        Parallel.For(0, outcomes.Length, new ParallelOptions { CancellationToken = options.CancellationToken }, i =>
        {
            outcomes[i] = Look(i < faces.Count ? faces[i] : scenes[i - faces.Count], isScene: i >= faces.Count, teacher, options.MinConfidence);
            var count = Interlocked.Increment(ref done);
            var speed = count / clock.Elapsed.TotalSeconds;
            options.Progress?.Report(new DetectorTrainingProgress(true, count, outcomes.Length, double.NaN, speed, TimeSpan.FromSeconds((outcomes.Length - count) / speed)));
        });
        var labels = new TeacherLabels(
            [.. outcomes.Select(outcome => outcome.Person).OfType<FaceSource>()],
            [.. outcomes.Select(outcome => outcome.Place).OfType<FaceSource>()],
            [.. outcomes.Select(outcome => outcome.Skipped).OfType<SkippedItem>()]);
        return labels.People.Count > 0
            ? labels
            : throw new InvalidOperationException(
                $"The reference detector finds a face in none of the {faces.Count:N0} pictures.{(labels.Skipped.Count > 0 ? $" The first: {labels.Skipped[0].Item}: {labels.Skipped[0].Reason}" : "")}");
    }

    private static Outcome Look(string path, bool isScene, FaceDetector reference, float minConfidence)
    {
        try
        {
            using var picture = PictureReader.Read(path);
            var view = PixelView.Of(picture);
            var sure = new FacePartCropOptions { MinConfidence = minConfidence };
            var doubtful = reference.Detect(view, sure with { MinConfidence = Math.Min(DoubtfulConfidence, minConfidence) });
            if (isScene)
            {
                return doubtful.Count == 0
                    ? new Outcome(null, FaceSource.Of(view, []), null)
                    : Skip(path, string.Create(CultureInfo.InvariantCulture, $"a scene without people, but the reference sees a face in it (confidence {doubtful[0].Confidence:F2})"));
            }
            // For itself, because what is less sure of the same face would be averaged in.
            var found = reference.Detect(view, sure);
            if (found.Count == 0)
                return Skip(path, "the reference finds no face");
            if (doubtful.Any(face => found.All(other => other.Box.IntersectionOverUnion(face.Box) == 0)))
                return Skip(path, "the reference is not sure of a second face");
            for (var i = 0; i < found.Count; i++)
                found[i] = reference.LookSteadily(view, found[i], sure);
            if (FacePoints.Beside(path) is { } points && points.Deviation(found[0].Keypoints, view.Width, view.Height) is > MostDeviation and var deviation)
                return Skip(path, string.Create(CultureInfo.InvariantCulture, $"the reference's eyes are {deviation:P0} of their distance off the points beside the picture"));
            return new Outcome(FaceSource.Of(view, [.. found.Select(face => new SceneFace(face.Box, face.Keypoints))]), null, null);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return Skip(path, e.Message);
        }
    }

    private static Outcome Skip(string path, string reason) => new(null, null, new SkippedItem(path, reason));
}
