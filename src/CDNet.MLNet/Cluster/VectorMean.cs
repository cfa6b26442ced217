namespace CDNet.MLNet.Cluster;

/// <summary>Adds up vectors row by row, for their mean.</summary>
internal sealed class VectorMean
{
    private double[]? _sums;

    /// <summary>Vectors so far.</summary>
    public long Count { get; private set; }

    /// <exception cref="InvalidOperationException">It has another length than those before it.</exception>
    public void Add(ReadOnlySpan<float> vector)
    {
        _sums ??= new double[vector.Length];
        if (_sums.Length != vector.Length)
            throw new InvalidOperationException($"A row has {vector.Length} features, the rows before it have {_sums.Length}.");
        for (var i = 0; i < vector.Length; i++)
            _sums[i] += vector[i];
        Count++;
    }

    /// <summary>The mean; empty where there is no vector.</summary>
    public IEnumerable<double> Mean() => (_sums ?? []).Select(sum => sum / Count);

    /// <summary>The mean, seen from a point.</summary>
    public double[] From(IEnumerable<float> point) => [.. Mean().Zip(point, (mean, from) => mean - from)];
}
