using System.Numerics.Tensors;

namespace CDNet.MLNet.Cluster;

/// <summary>How two distances become a score.</summary>
public enum ClusterScoreForm
{
    /// <summary>D / dF - D / dR with D = dF + dR: the log-odds that the paper's authors evaluate.</summary>
    Ratio,

    /// <summary>dR - dF, the plain difference of the squared distances; log-odds only behind a calibration.</summary>
    Difference,
}

/// <summary>The verdict on one feature vector.</summary>
/// <param name="Score">Above 0 is fake; its unit is that of the <see cref="ClusterScoreForm"/>. NaN where the features are not numbers.</param>
/// <param name="Probability">Probability of fake, 0 to 1, or NaN.</param>
/// <param name="IsFake">Eq. 5; false where the score is NaN.</param>
/// <param name="DistanceToReal">Squared distance dR to the centre of the real images.</param>
/// <param name="DistanceToFake">Squared distance dF to the centre of the fake images.</param>
public readonly record struct ClusterVerdict(float Score, float Probability, bool IsFake, float DistanceToReal, float DistanceToFake);

/// <summary>The cluster classifier CC(F) of Eq. 5 as plain functions.</summary>
public static class ClusterDecision
{
    /// <summary>
    /// The smallest share of dF + dR that a distance counts as, so that a feature vector on top of a centre has a finite score of about a million.
    /// </summary>
    internal const float LeastShare = 1e-6f;

    /// <summary>Decides by the distances to the two centres.</summary>
    /// <param name="features">The feature vector F, as long as the centres.</param>
    /// <param name="centres">The two centres.</param>
    /// <param name="form">How the distances become a score.</param>
    public static ClusterVerdict Decide(ReadOnlySpan<float> features, ClusterCentres centres, ClusterScoreForm form = ClusterScoreForm.Ratio)
    {
        ArgumentNullException.ThrowIfNull(centres);
        var toReal = SquaredDistance(features, centres.Real);
        var toFake = SquaredDistance(features, centres.Fake);
        var score = Score(toReal, toFake, form);
        return new ClusterVerdict((float)score, (float)Sigmoid(score), score > 0, (float)toReal, (float)toFake);
    }

    /// <summary>The score of two squared distances; its sign is the verdict of Eq. 5.</summary>
    /// <param name="toReal">Squared distance dR, 0 or more.</param>
    /// <param name="toFake">Squared distance dF, 0 or more.</param>
    /// <param name="form">How the distances become a score.</param>
    /// <returns>Above 0 for fake; 0 where both distances are equal.</returns>
    public static double Score(double toReal, double toFake, ClusterScoreForm form = ClusterScoreForm.Ratio)
    {
        if (form == ClusterScoreForm.Difference)
            return toReal - toFake;
        var sum = toReal + toFake;
        return sum == 0 ? 0 : sum / Math.Max(toFake, LeastShare * sum) - sum / Math.Max(toReal, LeastShare * sum);
    }

    internal static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"{a.Length} features for centres of {b.Length}.", nameof(a));
        return Math.Pow(TensorPrimitives.Distance(a, b), 2);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
