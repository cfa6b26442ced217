namespace CDNet.MLNet.Cluster;

/// <summary>Adds up vectors row by row, for their mean and how they scatter about it.</summary>
internal sealed class VectorMean
{
    private double[]? _sums;
    private double[] _squares = [];

    /// <summary>Vectors so far.</summary>
    public long Count { get; private set; }

    /// <exception cref="InvalidOperationException">It has another length than those before it.</exception>
    public void Add(ReadOnlySpan<float> vector)
    {
        if (_sums is null)
            (_sums, _squares) = (new double[vector.Length], new double[vector.Length]);
        if (_sums.Length != vector.Length)
            throw new InvalidOperationException($"A row has {vector.Length} features, the rows before it have {_sums.Length}.");
        for (var i = 0; i < vector.Length; i++)
        {
            _sums[i] += vector[i];
            _squares[i] += (double)vector[i] * vector[i];
        }
        Count++;
    }

    /// <summary>The mean; empty where there is no vector.</summary>
    public IEnumerable<double> Mean() => (_sums ?? []).Select(sum => sum / Count);

    /// <summary>The sum of the squared deviations from the mean; empty where there is no vector.</summary>
    public IEnumerable<double> SquaredDeviations() => Mean().Zip(_squares, (mean, squares) => Math.Max(0, squares - Count * mean * mean));

    /// <summary>The mean, seen from a point.</summary>
    public double[] From(IEnumerable<float> point) => [.. Mean().Zip(point, (mean, from) => mean - from)];
}
