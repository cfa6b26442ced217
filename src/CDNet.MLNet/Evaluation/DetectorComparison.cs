using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Evaluation;

/// <summary>How a face detector does beside a reference.</summary>
/// <param name="Pictures">Pictures of people.</param>
/// <param name="ReferenceFaces">Faces that the reference finds in them.</param>
/// <param name="Found">How many of those the detector finds too.</param>
/// <param name="KeypointError">Mean distance of eyes, nose and mouth from the reference's, as a share of the distance between the reference's eyes; over the faces that both find.</param>
/// <param name="Scenes">Pictures in which the reference is sure that there is no face.</param>
/// <param name="FalseFaces">Faces that the detector claims in them.</param>
/// <param name="WindowMilliseconds">Median time of one window on one thread, in milliseconds.</param>
/// <param name="Failed">Pictures that could not be read.</param>
public sealed record DetectorComparison(
    int Pictures, int ReferenceFaces, int Found, double KeypointError, int Scenes, int FalseFaces, double WindowMilliseconds, IReadOnlyList<SkippedItem> Failed)
{
    // Boxes that share less are two faces.
    private const float LeastOverlap = 0.4f;

    // A place where the reference sees half a face says nothing about false ones.
    private const float DoubtfulConfidence = 0.5f;
    private const int TimedWindows = 201;

    /// <summary>Share of the reference's faces that the detector finds, 0 to 1.</summary>
    public double FoundShare => (double)Found / ReferenceFaces;

    /// <summary>Compares on pictures that the detector was not trained on.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="people">Pictures of people.</param>
    /// <param name="scenes">Pictures of places without people.</param>
    /// <param name="minConfidence">Least confidence of a face, for both. Default: 0.75.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DetectorComparison Of(
        FaceDetectorModel detector, FaceDetectorModel reference, IReadOnlyList<string> people, IReadOnlyList<string> scenes, float minConfidence = 0.75f, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(scenes);
        using var own = new FaceDetector(detector);
        using var other = new FaceDetector(reference);
        var (all, options) = ((string[])[.. people, .. scenes], new FacePartCropOptions { MinConfidence = minConfidence });
        var doubtful = options with { MinConfidence = Math.Min(DoubtfulConfidence, minConfidence) };
        var found = new Outcome[all.Length];
        Parallel.For(0, all.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                using var picture = PictureReader.Read(all[i]);
                found[i] = new Outcome(own.Detect(picture, options), other.Detect(picture, i < people.Count ? options : doubtful), null);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                found[i] = new Outcome([], [], new SkippedItem(all[i], e.Message));
            }
        });
        var pairs = found[..people.Count].SelectMany(outcome => outcome.Reference.Select(face => (Face: face, Match: Match(face, outcome.Own)))).ToArray();
        var empty = found[people.Count..].Where(outcome => outcome.Failure is null && outcome.Reference.Count == 0).ToArray();
        return new DetectorComparison(
            people.Count,
            pairs.Length,
            pairs.Count(pair => pair.Match is not null),
            pairs.Where(pair => pair.Match is not null).Select(pair => Error(pair.Face.Keypoints, pair.Match!.Value.Keypoints)).DefaultIfEmpty(double.NaN).Average(),
            empty.Length,
            empty.Sum(outcome => outcome.Own.Count),
            own.TimeWindow(TimedWindows),
            [.. found.Select(outcome => outcome.Failure).OfType<SkippedItem>()]);
    }

    private sealed record Outcome(IReadOnlyList<DetectedFace> Own, IReadOnlyList<DetectedFace> Reference, SkippedItem? Failure);

    private static DetectedFace? Match(DetectedFace face, IReadOnlyList<DetectedFace> found)
    {
        var best = found.OrderByDescending(other => other.Box.IntersectionOverUnion(face.Box)).FirstOrDefault();
        return best.Box.IntersectionOverUnion(face.Box) >= LeastOverlap ? best : null;
    }

    private static double Error(FaceKeypoints expected, FaceKeypoints found)
    {
        double sum = expected.RightEye.DistanceTo(found.RightEye) + expected.LeftEye.DistanceTo(found.LeftEye) + expected.Nose.DistanceTo(found.Nose) + expected.Mouth.DistanceTo(found.Mouth);
        return sum / 4 / expected.RightEye.DistanceTo(expected.LeftEye);
    }
}
