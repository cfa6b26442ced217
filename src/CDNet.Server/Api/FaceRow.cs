using System.Text.Json.Serialization;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.Server.Api;

/// <summary>A row of an answer: what a row of a score file has, the verdict in words, and what drove it where that was asked for.</summary>
internal sealed class FaceRow : ScoreRow
{
    private const string NoFace = "No face was found, so nothing is said.";

    /// <summary>Whether the face is so unlike those that the model was calibrated on that the verdict may be worth nothing; false where the model does not tell, or there is no face.</summary>
    [JsonPropertyName("unfamiliar")]
    [JsonPropertyOrder(1)]
    public bool Unfamiliar { get; set; }

    /// <summary>The verdict as a sentence; null where the picture failed.</summary>
    [JsonPropertyName("words")]
    [JsonPropertyOrder(1)]
    public string? Words { get; set; }

    /// <summary>What drove the verdict; left out where it was not asked for, or there is no face.</summary>
    [JsonPropertyName("evidence")]
    [JsonPropertyOrder(2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EvidenceRow? Evidence { get; set; }

    public static FaceRow Of(FaceVerdict verdict, FaceEvidence? evidence)
    {
        var row = Fill(new FaceRow(), verdict);
        row.Words = verdict.Error is not null ? null : verdict.Detection is null ? NoFace : MLNet.Reports.Words.Of(verdict.Probability, verdict.IsUnfamiliar);
        row.Unfamiliar = verdict.IsUnfamiliar;
        row.Evidence = evidence is null ? null : EvidenceRow.Of(evidence);
        return row;
    }
}

/// <summary>What drove the verdict on a face.</summary>
/// <param name="DistanceToReal">Squared distance to the centre of the real images; null where the model has none.</param>
/// <param name="DistanceToFake">Squared distance to the centre of the fake images; null where the model has none.</param>
/// <param name="Parts">What each part contributes; empty where the model does not know its parts' means.</param>
internal sealed record EvidenceRow(float? DistanceToReal, float? DistanceToFake, IReadOnlyList<PartRow> Parts)
{
    public static EvidenceRow Of(FaceEvidence evidence) => new(PartRow.Number(evidence.DistanceToReal), PartRow.Number(evidence.DistanceToFake), [.. evidence.Parts.Select(PartRow.Of)]);
}

/// <summary>What a part contributes to the score, in its unit; above 0 speaks for fake.</summary>
/// <param name="Part">Face, RightEye, LeftEye, Nose or Mouth; left and right are the person's own.</param>
/// <param name="Name">The part in words.</param>
/// <param name="Contribution">By how much the score falls where the part is replaced by the average one.</param>
/// <param name="Spatial">The same where only what the network sees is replaced.</param>
/// <param name="Frequency">The same where only the frequencies are replaced.</param>
internal sealed record PartRow(string Part, string Name, float? Contribution, float? Spatial, float? Frequency)
{
    public static PartRow Of(PartEvidence part) => new(part.Part, MLNet.Reports.Words.PartName(part.Part), Number(part.Contribution), Number(part.Spatial), Number(part.Frequency));

    // JSON knows no NaN.
    internal static float? Number(float? value) => value is { } number && float.IsFinite(number) ? number : null;
}
