using CDNet.MLNet.Faces;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.Cli.Scores;

/// <summary>What drove the verdict on a face, as JSON has it: the numbers that the page for people draws.</summary>
/// <param name="Path">The file.</param>
/// <param name="Face">The face within it.</param>
/// <param name="Score">The score of the decision, before calibration.</param>
/// <param name="Probability">Probability of fake.</param>
/// <param name="DistanceToReal">Squared distance to the centre of the real images; null where a fully connected head decides.</param>
/// <param name="DistanceToFake">Squared distance to the centre of the fake images; null where a fully connected head decides.</param>
/// <param name="Parts">What each part contributes.</param>
/// <param name="Occlusion">What each place contributes.</param>
/// <param name="FaceSquare">The square that the map lies over, in pixels.</param>
internal sealed record EvidenceRow(
    string Path, int Face, float Score, float Probability, float? DistanceToReal, float? DistanceToFake, IReadOnlyList<EvidenceRow.Part> Parts, OcclusionMap Occlusion, EvidenceRow.Square FaceSquare)
{
    /// <summary>What a part contributes to the score, in its unit, and where it was cut out.</summary>
    public sealed record Part(string Name, float Contribution, float Spatial, float Frequency, Square Square);

    /// <summary>A square of the picture, in pixels.</summary>
    public sealed record Square(float Left, float Top, float Side)
    {
        public static Square Of(FaceBox box) => new(box.Left, box.Top, box.Width);
    }

    public static EvidenceRow Of(FaceEvidence evidence)
    {
        var verdict = evidence.Verdict;
        // The face comes first, then the parts.
        FaceBox[] squares = [evidence.FaceSquare, .. evidence.PartSquares];
        return new EvidenceRow(
            verdict.Path, verdict.Face, verdict.Score, verdict.Probability, evidence.DistanceToReal, evidence.DistanceToFake,
            [.. evidence.Parts.Zip(squares, (part, square) => new Part(part.Part, part.Contribution, part.Spatial, part.Frequency, Square.Of(square)))],
            evidence.Occlusion, Square.Of(evidence.FaceSquare));
    }
}
