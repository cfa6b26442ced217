using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Evaluation;

/// <summary>Eyes that two detectors found beside the points that come with the pictures.</summary>
/// <param name="Faces">Faces with such points that both found.</param>
/// <param name="Error">Mean distance of the detector's eyes from the points, as a share of the distance between the eyes.</param>
/// <param name="ReferenceError">The same of the reference's.</param>
public sealed record DetectorEyes(int Faces, double Error, double ReferenceError);

/// <summary>How a face detector does beside a reference.</summary>
/// <param name="Pictures">Pictures of people.</param>
/// <param name="ReferenceFaces">Faces that the reference finds in them.</param>
/// <param name="Found">How many of those the detector finds too.</param>
/// <param name="KeypointError">Mean distance of eyes, nose and mouth from the reference's, which looks at each face several times from further away, as a share of the distance between the reference's eyes; over the faces that both find.</param>
/// <param name="Scenes">Pictures in which the reference is sure that there is no face.</param>
/// <param name="FalseFaces">Faces that the detector claims in them.</param>
/// <param name="WindowMilliseconds">Median time of one window on one thread, in milliseconds.</param>
/// <param name="Failed">Pictures that could not be read.</param>
public sealed record DetectorComparison(
    int Pictures, int ReferenceFaces, int Found, double KeypointError, int Scenes, int FalseFaces, double WindowMilliseconds, IReadOnlyList<SkippedItem> Failed)
{
    // A place where the reference sees half a face says nothing about false ones.
    private const float DoubtfulConfidence = 0.5f;
    private const int TimedWindows = 201;

    /// <summary>
    /// Mean distance of the reference's points at its first look, as it would be used, from those of its several looks, as a share of the distance between the eyes. NaN where it found no face.
    /// </summary>
    public double ReferenceKeypointError { get; init; } = double.NaN;

    /// <summary>Both beside points that come with the pictures, <c>../points/pts_N.csv</c> beside <c>img_N.jpg</c>; null where there are none.</summary>
    public DetectorEyes? Eyes { get; init; }

    /// <summary>Share of the reference's faces that the detector finds, 0 to 1.</summary>
    public double FoundShare => (double)Found / ReferenceFaces;

    /// <summary>Compares on pictures that the detector was not trained on.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="people">Pictures of people.</param>
    /// <param name="scenes">Pictures of places without people.</param>
    /// <param name="options">Least confidence of a face and windows, for both, and the detector's second look; the reference has none at its first. The defaults of <see cref="FacePartCropOptions"/> where null. Its detector is not looked at.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DetectorComparison Of(
        FaceDetectorModel detector, FaceDetectorModel reference, IReadOnlyList<string> people, IReadOnlyList<string> scenes, FacePartCropOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(scenes);
        options ??= new FacePartCropOptions();
        options.Validate();
        using var own = new FaceDetector(detector);
        using var other = new FaceDetector(reference);
        string[] all = [.. people, .. scenes];
        var doubtful = options with { MinConfidence = Math.Min(DoubtfulConfidence, options.MinConfidence), SecondLook = 0 };
        var found = new Outcome[all.Length];
        Parallel.For(0, all.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                using var picture = PictureReader.Read(all[i]);
                found[i] = i < people.Count ? Faces(own, other, all[i], PixelView.Of(picture), options) : new Outcome(own.Detect(picture, options).Count, other.Detect(picture, doubtful).Count, [], null);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                found[i] = new Outcome(0, 0, [], new SkippedItem(all[i], e.Message));
            }
        });
        var pairs = found.SelectMany(outcome => outcome.Pairs).ToArray();
        var matched = pairs.Where(pair => pair.Match is not null).ToArray();
        var eyes = matched.Select(pair => pair.Eyes).OfType<(double Own, double Reference)>().ToArray();
        var empty = found[people.Count..].Where(outcome => outcome.Failure is null && outcome.Reference == 0).ToArray();
        return new DetectorComparison(
            people.Count,
            pairs.Length,
            matched.Length,
            matched.Select(pair => Error(pair.Face.Keypoints, pair.Match!.Value.Keypoints)).DefaultIfEmpty(double.NaN).Average(),
            empty.Length,
            empty.Sum(outcome => outcome.Own),
            own.TimeWindow(TimedWindows),
            [.. found.Select(outcome => outcome.Failure).OfType<SkippedItem>()])
        {
            ReferenceKeypointError = pairs.Select(pair => Error(pair.Face.Keypoints, pair.First.Keypoints)).DefaultIfEmpty(double.NaN).Average(),
            Eyes = eyes.Length > 0 ? new DetectorEyes(eyes.Length, eyes.Average(error => error.Own), eyes.Average(error => error.Reference)) : null,
        };
    }

    /// <summary>What both make of a picture: how many faces, and each of the reference's with what belongs to it.</summary>
    private sealed record Outcome(int Own, int Reference, IReadOnlyList<Pair> Pairs, SkippedItem? Failure);

    /// <summary>A face of the reference.</summary>
    /// <param name="Face">The face, the mean of several looks.</param>
    /// <param name="First">The face at the first look.</param>
    /// <param name="Match">The detector's, where it has it too.</param>
    /// <param name="Eyes">Errors of both beside points that come with the picture.</param>
    private sealed record Pair(DetectedFace Face, DetectedFace First, DetectedFace? Match, (double Own, double Reference)? Eyes);

    private static Outcome Faces(FaceDetector own, FaceDetector other, string path, PixelView picture, FacePartCropOptions options)
    {
        var (ours, theirs) = (own.Detect(picture, options), other.Detect(picture, options with { SecondLook = 0 }));
        var (points, pairs) = (FacePoints.Beside(path), new List<Pair>());
        foreach (var first in theirs)
        {
            var face = other.LookSteadily(picture, first, options);
            var match = face.In(ours);
            // The points are those of one face, the largest.
            var isMarked = points is not null && match is not null && theirs.All(another => another.Box.Area <= first.Box.Area);
            pairs.Add(new Pair(
                face,
                first,
                match,
                isMarked ? (points!.Deviation(match!.Value.Keypoints, picture.Width, picture.Height), points.Deviation(face.Keypoints, picture.Width, picture.Height)) : null));
        }
        return new Outcome(ours.Count, theirs.Count, pairs, null);
    }

    private static double Error(FaceKeypoints expected, FaceKeypoints found)
    {
        double sum = expected.RightEye.DistanceTo(found.RightEye) + expected.LeftEye.DistanceTo(found.LeftEye) + expected.Nose.DistanceTo(found.Nose) + expected.Mouth.DistanceTo(found.Mouth);
        return sum / 4 / expected.RightEye.DistanceTo(expected.LeftEye);
    }
}
