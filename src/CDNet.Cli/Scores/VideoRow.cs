using System.Text.Json.Serialization;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Scores;

/// <summary>A line about a whole video. What is not there is null.</summary>
internal sealed class VideoRow
{
    [JsonPropertyName("path")]
    public string Path { get; set; } = "";

    [JsonPropertyName("frames")]
    public int Frames { get; set; }

    [JsonPropertyName("framesWithFace")]
    public int FramesWithFace { get; set; }

    [JsonPropertyName("faces")]
    public int Faces { get; set; }

    [JsonPropertyName("suspectFirstFrame")]
    public int? SuspectFirstFrame { get; set; }

    [JsonPropertyName("suspectLastFrame")]
    public int? SuspectLastFrame { get; set; }

    [JsonPropertyName("score")]
    public float? Score { get; set; }

    [JsonPropertyName("probability")]
    public float? Probability { get; set; }

    /// <summary>How familiar the most suspicious face is; null where that is not known.</summary>
    [JsonPropertyName("familiarity")]
    public float? Familiarity { get; set; }

    /// <summary>fake, real or noface; null where no frame could be read.</summary>
    [JsonPropertyName("verdict")]
    public string? Verdict { get; set; }

    [JsonPropertyName("aggregation")]
    public string Aggregation { get; set; } = VideoVerdict.Aggregation;

    [JsonPropertyName("error")]
    public string? Error { get; set; }

    public static VideoRow Of(VideoVerdict video) => new()
    {
        Path = video.Path,
        Aggregation = video.AggregationInWords,
        Frames = video.Frames,
        FramesWithFace = video.FramesWithFace,
        Faces = video.Tracks.Count,
        SuspectFirstFrame = video.Suspect?.Faces[0].Frame,
        SuspectLastFrame = video.Suspect?.Faces[^1].Frame,
        Score = video.Suspect is null ? null : video.Score,
        Probability = video.Suspect is null ? null : video.Probability,
        Familiarity = ScoreRow.Number(video.Familiarity),
        Verdict = video.Verdict is { } said ? ScoreRow.Name(said) : null,
        Error = video.Error,
    };
}
