using CDNet.MLNet.Cluster;

namespace CDNet.MLNet.Scoring;

/// <summary>How a <see cref="Projection"/> changes where it moves features along the line of both centres alone: by (weights · vector + offset) times the line.</summary>
/// <param name="Weights">A number for each of the vector's.</param>
/// <param name="Offset">What is added for every vector.</param>
internal sealed record LineTurn(float[] Weights, float Offset)
{
    /// <summary>The line of both centres, from the reals to the fakes.</summary>
    public static double[] Line(ClusterCentres centres) => [.. centres.Fake.Zip(centres.Real, (fake, real) => (double)fake - real)];
}
