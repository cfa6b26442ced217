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
