using System.Text.Json.Serialization;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Scoring;

/// <summary>What is said of a face.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The score is not above the threshold, which is 0 unless a calibration set another: with the cluster decision, nearer to the centre of the real images.</summary>
    [JsonStringEnumMemberName("real")]
    Real,

    /// <summary>The score is above the threshold: with the cluster decision and without a calibration, nearer to the centre of the fake images.</summary>
    [JsonStringEnumMemberName("fake")]
    Fake,

    /// <summary>The picture has no face, so nothing is said.</summary>
    [JsonStringEnumMemberName("noface")]
    NoFace,
}

/// <summary>One line of a result: a face, a picture without a face, or a picture that failed.</summary>
/// <param name="Path">The file.</param>
/// <param name="Frame">The frame of a video, 0 for a picture.</param>
/// <param name="Face">The face within the frame, 0 for the most confident.</param>
/// <param name="Detection">Where the face is, in pixels of the upright picture; null without a face.</param>
/// <param name="Score">The score of the decision before any calibration (<see cref="FaceColumns.Score"/>); NaN without a face.</param>
/// <param name="Probability">Probability of fake, 0 to 1; NaN without a face.</param>
/// <param name="Verdict">The verdict; null where the picture failed.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record FaceVerdict(
    string Path, int Frame, int Face, DetectedFace? Detection, float Score, float Probability, Verdict? Verdict, string? Error)
{
    /// <summary>A face that is less familiar than this is unlike those that the model knows: 0.01.</summary>
    public const float LeastFamiliarity = 0.01f;

    /// <summary>
    /// How far the face lies from those that the model was trained on: root mean square over all that its network knows of the face, to the mean of the nearer class, in standard deviations of those faces. About 1 is usual; NaN
    /// where the model does not know it (it has no network sam, was saved by an older version, or is put together in another way than the library does it).
    /// </summary>
    public float Distance { get; init; } = float.NaN;

    /// <summary>
    /// Share of the faces that the model was calibrated on which lie at least as far away (<see cref="Distance"/>), 0 to 1; NaN where the distance is not known, or the model was not calibrated so. Score and probability are worth what
    /// was measured only for faces that might be among those.
    /// </summary>
    public float Familiarity { get; init; } = float.NaN;

    /// <summary>Whether the face is so unlike those that the model was calibrated on, less familiar than <see cref="LeastFamiliarity"/>, that its verdict may be worth nothing. False where that is not known.</summary>
    public bool IsUnfamiliar => Familiarity < LeastFamiliarity;

    /// <summary>The line of a picture or a frame without a face.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frame">The frame of a video.</param>
    public static FaceVerdict NoFace(string path, int frame = 0) => new(path, frame, 0, null, float.NaN, float.NaN, Scoring.Verdict.NoFace, null);

    /// <summary>The line of a picture that failed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="error">What was found and what to do.</param>
    /// <param name="frame">The frame of a video.</param>
    public static FaceVerdict Failed(string path, string error, int frame = 0) => new(path, frame, 0, null, float.NaN, float.NaN, null, error);
}
