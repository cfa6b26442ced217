using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.MLNet.Reports;

/// <summary>A file of a report.</summary>
/// <param name="Path">The file.</param>
/// <param name="Verdicts">What was said of its faces, by frame.</param>
/// <param name="Video">What they come to, of a video.</param>
public sealed record ReportItem(string Path, IReadOnlyList<FaceVerdict> Verdicts, VideoVerdict? Video = null)
{
    // So many faces of a picture are shown with their evidence, and so many frames of a video's face.
    private const int MostFaces = 4;
    private const int MostThumbnails = 6;

    internal IReadOnlyList<FaceEvidence> Evidence { get; private init; } = [];

    internal ReportImage? Picture { get; private init; }

    internal IReadOnlyList<(FaceVerdict Face, ReportImage Image)> Thumbnails { get; private init; } = [];

    /// <summary>The score that the file is known by: of a video the video's, of a picture that of its most suspicious face; NaN where nothing has a score.</summary>
    public float Score => Video?.Score ?? Verdicts.Select(verdict => verdict.Score).Where(float.IsFinite).DefaultIfEmpty(float.NaN).Max();

    /// <summary>The probability that belongs to <see cref="Score"/>.</summary>
    public float Probability => Video?.Probability ?? Verdicts.Where(verdict => verdict.Score == Score).Select(verdict => verdict.Probability).DefaultIfEmpty(float.NaN).First();

    /// <summary>Whether the face that <see cref="Score"/> is of is unlike those that the model was calibrated on (<see cref="FaceVerdict.IsUnfamiliar"/>).</summary>
    public bool IsUnfamiliar => Video?.IsUnfamiliar ?? Verdicts.Any(verdict => verdict.Score == Score && verdict.IsUnfamiliar);

    /// <summary>The verdict on the file; null where it could not be read.</summary>
    public Verdict? Verdict => Video is { } video
        ? video.Verdict
        : Verdicts.Any(verdict => verdict.Verdict == Scoring.Verdict.Fake) ? Scoring.Verdict.Fake : Verdicts.FirstOrDefault(verdict => verdict.Verdict is not null)?.Verdict;

    /// <summary>Why the file, or a part of it, could not be read; null where nothing was amiss.</summary>
    public string? Error => Verdicts.FirstOrDefault(verdict => verdict.Error is not null)?.Error;

    /// <summary>The item with what a page shows of it: the picture and the evidence for each face, or the most suspicious frames of a video.</summary>
    /// <param name="explainer">Explains faces.</param>
    /// <param name="videos">Reads videos; null where there are none.</param>
    /// <param name="frames">Frames of each video, as they were scored.</param>
    /// <param name="cancellation">Ends the explaining and the reading of a video.</param>
    /// <exception cref="IOException">The file can no longer be read.</exception>
    /// <exception cref="InvalidDataException">The file is no picture and no video any more.</exception>
    public ReportItem WithEvidence(FaceExplainer explainer, IFrameSource? videos = null, int? frames = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(explainer);
        if (Verdicts.All(verdict => verdict.Detection is null))
            return this;
        if (Video is null)
        {
            using var picture = PictureReader.Read(Path);
            return this with { Evidence = [.. explainer.Explain(picture, Path, cancellation: cancellation).Take(MostFaces)], Picture = ReportImage.Of(picture, null) };
        }
        if (videos is null || Video.Suspect is not { } suspect)
            return this;
        var wanted = suspect.Faces.OrderByDescending(face => face.Score).Take(MostThumbnails).ToDictionary(face => face.Frame);
        var thumbnails = new List<(FaceVerdict, ReportImage)>();
        foreach (var frame in videos.Read(Path, frames, cancellation))
        {
            using (frame)
            {
                if (wanted.Remove(frame.Index, out var face))
                    thumbnails.Add((face, ReportImage.Of(frame.Image, face.Detection!.Value.Box)));
            }
            if (wanted.Count == 0)
                break;
        }
        return this with { Thumbnails = thumbnails };
    }
}
