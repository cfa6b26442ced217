namespace CDNet.MLNet.Cluster;

/// <summary>Adds up vectors of one set, for their mean.</summary>
internal sealed class VectorMean
{
    private double[]? _sum;

    /// <summary>Vectors so far.</summary>
    public long Count { get; private set; }

    public void Add(ReadOnlySpan<float> vector)
    {
        _sum ??= new double[vector.Length];
        for (var i = 0; i < vector.Length; i++)
            _sum[i] += vector[i];
        Count++;
    }

    /// <summary>The mean, seen from a point.</summary>
    /// <exception cref="InvalidOperationException">There is no vector.</exception>
    public double[] From(IReadOnlyList<float> point)
        => _sum is null ? throw new InvalidOperationException("There is no vector.") : [.. _sum.Select((sum, i) => sum / Count - point[i])];
}
