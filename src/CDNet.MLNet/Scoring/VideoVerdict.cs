namespace CDNet.MLNet.Scoring;

/// <summary>What is said of a video.</summary>
/// <param name="Path">The file.</param>
/// <param name="Frames">Frames that were looked at.</param>
/// <param name="FramesWithFace">Those with a face.</param>
/// <param name="Tracks">Its faces through the frames.</param>
/// <param name="Suspect">The track with the highest mean score, which decides unless another aggregation is asked for; null where there is none.</param>
/// <param name="Score">The score that its faces come to; NaN where there is none.</param>
/// <param name="Probability">Probability of fake that the model gives to that score; NaN where there is none.</param>
/// <param name="Verdict">The verdict; null where no frame could be read.</param>
/// <param name="Error">Why the file, or the rest of it, could not be read; null where nothing was amiss.</param>
public sealed record VideoVerdict(
    string Path, int Frames, int FramesWithFace, IReadOnlyList<FaceTrack> Tracks, FaceTrack? Suspect, float Score, float Probability, Verdict? Verdict, string? Error)
{
    /// <summary>How the scores of the frames become one where nothing else is asked for, in words.</summary>
    public const string Aggregation = "mean score of the most suspicious face; faces in fewer than a tenth of the frames only count where there are no others";

    private const double LeastShare = 0.1;

    private const string Brief = "faces in fewer than a tenth of the frames only count where there are no others";

    /// <summary>How the scores of the frames became one.</summary>
    public VideoAggregation AggregatedBy { get; init; }

    /// <summary>The same in words.</summary>
    public string AggregationInWords => InWords(AggregatedBy);

    /// <summary>How familiar the most suspicious face is (<see cref="FaceVerdict.Familiarity"/>), 0 to 1: the mean over its frames; NaN where that is not known, or there is none.</summary>
    public float Familiarity => Suspect?.Faces.Average(face => face.Familiarity) ?? float.NaN;

    /// <summary>Whether it is so unlike the faces that the model was calibrated on that the verdict may be worth nothing (<see cref="FaceVerdict.IsUnfamiliar"/>).</summary>
    public bool IsUnfamiliar => Familiarity < FaceVerdict.LeastFamiliarity;

    /// <summary>An aggregation in words.</summary>
    /// <param name="aggregation">The aggregation.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such aggregation.</exception>
    public static string InWords(VideoAggregation aggregation) => aggregation switch
    {
        VideoAggregation.MostSuspiciousTrack => Aggregation,
        VideoAggregation.MeanOfFaces => $"mean score of all faces in all frames; {Brief}",
        VideoAggregation.HighestFace => $"highest score of a face in any frame; {Brief}",
        _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "no such aggregation"),
    };

    /// <summary>Draws the verdicts of a video together. A face in fewer than a tenth of the frames may be a mistake of the detector, and decides only where there is no other.</summary>
    /// <param name="model">The model that scored.</param>
    /// <param name="verdicts">The verdicts of one video, by rising frame, one at least.</param>
    /// <param name="aggregation">How scores become one. Default: the mean score of its most suspicious face.</param>
    /// <exception cref="ArgumentException">There are no verdicts, they are of several files, or there is no such aggregation.</exception>
    public static VideoVerdict Of(CDNetModel model, IEnumerable<FaceVerdict> verdicts, VideoAggregation aggregation = VideoAggregation.MostSuspiciousTrack)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model.Judge, verdicts, aggregation);
    }

    internal static VideoVerdict Of(
        Func<float, (float Probability, bool IsFake)> judge, IEnumerable<FaceVerdict> verdicts, VideoAggregation aggregation = VideoAggregation.MostSuspiciousTrack)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        var all = verdicts.ToList();
        if (all.Count == 0)
            throw new ArgumentException("There are no verdicts; expected those of one video.", nameof(verdicts));
        var path = all[0].Path;
        if (all.Find(verdict => verdict.Path != path) is { } other)
            throw new ArgumentException($"The verdicts are of {path} and of {other.Path}; expected those of one video.", nameof(verdicts));
        var error = all.Find(verdict => verdict.Error is not null)?.Error;
        var looked = all.Where(verdict => verdict.Error is null).ToList();
        var frames = looked.Select(verdict => verdict.Frame).Distinct().Count();
        var withFace = looked.Where(verdict => verdict.Detection is not null).Select(verdict => verdict.Frame).Distinct().Count();
        var tracks = FaceTrack.Of(looked);
        IReadOnlyList<FaceTrack> lasting = [.. tracks.Where(track => track.Faces.Count >= LeastShare * frames)];
        if (lasting.Count == 0)
            lasting = tracks;
        if (lasting.MaxBy(track => track.Score) is not { } suspect)
            return new VideoVerdict(path, frames, withFace, tracks, null, float.NaN, float.NaN, frames > 0 ? Scoring.Verdict.NoFace : null, error) { AggregatedBy = aggregation };
        var faces = lasting.SelectMany(track => track.Faces).Select(face => face.Score);
        var score = aggregation switch
        {
            VideoAggregation.MostSuspiciousTrack => suspect.Score,
            VideoAggregation.MeanOfFaces => faces.Average(),
            VideoAggregation.HighestFace => faces.Max(),
            _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "no such aggregation"),
        };
        var (probability, isFake) = judge(score);
        return new VideoVerdict(path, frames, withFace, tracks, suspect, score, probability, isFake ? Scoring.Verdict.Fake : Scoring.Verdict.Real, error) { AggregatedBy = aggregation };
    }
}
