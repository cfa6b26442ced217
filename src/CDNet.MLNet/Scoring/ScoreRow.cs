using System.Text.Json.Serialization;

namespace CDNet.MLNet.Scoring;

/// <summary>A line of a result as files and JSON have it: a face, a picture or frame without one, or a file that failed. What is not there is null.</summary>
internal class ScoreRow
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

    /// <summary>Share of the faces that the model was calibrated on which lie as far from its training faces; null where that is not known.</summary>
    [JsonPropertyName("familiarity")]
    public float? Familiarity { get; set; }

    /// <summary>fake, real or noface; null where it failed.</summary>
    [JsonPropertyName("verdict")]
    public string? Verdict { get; set; }

    [JsonPropertyName("error")]
    public string? Error { get; set; }

    public static ScoreRow Of(FaceVerdict verdict) => Fill(new ScoreRow(), verdict);

    /// <summary>Writes a verdict into a row, which may be one with more columns.</summary>
    public static TRow Fill<TRow>(TRow row, FaceVerdict verdict)
        where TRow : ScoreRow
    {
        var box = verdict.Detection?.Box;
        (row.Path, row.Frame, row.Face, row.Confidence) = (verdict.Path, verdict.Frame, verdict.Face, verdict.Detection?.Confidence);
        (row.Left, row.Top, row.Width, row.Height) = (box?.Left, box?.Top, box?.Width, box?.Height);
        (row.Score, row.Probability, row.Familiarity) = (Number(verdict.Score), Number(verdict.Probability), Number(verdict.Familiarity));
        (row.Verdict, row.Error) = (verdict.Verdict is { } said ? Name(said) : null, verdict.Error);
        return row;
    }

    /// <summary>How files and tables call a verdict.</summary>
    public static string Name(Verdict verdict) => verdict switch { Scoring.Verdict.Fake => "fake", Scoring.Verdict.Real => "real", _ => "noface" };

    /// <summary>A number as files have it.</summary>
    public static float? Number(float value) => float.IsNaN(value) ? null : value;
}
