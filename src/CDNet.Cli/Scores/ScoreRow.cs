using System.Text.Json.Serialization;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Scores;

/// <summary>A line of a score file: a face, a picture or frame without one, or a file that failed. What is not there is null.</summary>
internal sealed class ScoreRow
{
    [JsonPropertyName("path")]
    public string Path { get; set; } = "";

    [JsonPropertyName("frame")]
    public int Frame { get; set; }

    [JsonPropertyName("face")]
    public int Face { get; set; }

    [JsonPropertyName("confidence")]
    public float? Confidence { get; set; }

    [JsonPropertyName("left")]
    public float? Left { get; set; }

    [JsonPropertyName("top")]
    public float? Top { get; set; }

    [JsonPropertyName("width")]
    public float? Width { get; set; }

    [JsonPropertyName("height")]
    public float? Height { get; set; }

    [JsonPropertyName("score")]
    public float? Score { get; set; }

    [JsonPropertyName("probability")]
    public float? Probability { get; set; }

    /// <summary>fake, real or noface; null where it failed.</summary>
    [JsonPropertyName("verdict")]
    public string? Verdict { get; set; }

    [JsonPropertyName("error")]
    public string? Error { get; set; }

    public static ScoreRow Of(FaceVerdict verdict)
    {
        var box = verdict.Detection?.Box;
        return new ScoreRow
        {
            Path = verdict.Path,
            Frame = verdict.Frame,
            Face = verdict.Face,
            Confidence = verdict.Detection?.Confidence,
            Left = box?.Left,
            Top = box?.Top,
            Width = box?.Width,
            Height = box?.Height,
            Score = Number(verdict.Score),
            Probability = Number(verdict.Probability),
            Verdict = verdict.Verdict is { } said ? Name(said) : null,
            Error = verdict.Error,
        };
    }

    /// <summary>How files and tables call a verdict.</summary>
    public static string Name(Verdict verdict) => verdict switch { MLNet.Scoring.Verdict.Fake => "fake", MLNet.Scoring.Verdict.Real => "real", _ => "noface" };

    private static float? Number(float value) => float.IsNaN(value) ? null : value;
}
