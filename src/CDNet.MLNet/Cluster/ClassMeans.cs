namespace CDNet.MLNet.Cluster;

/// <summary>Adds up the features of the two classes row by row, for their means (Eq. 1).</summary>
internal sealed class ClassMeans
{
    private double[]? _fake;
    private double[]? _real;

    /// <summary>Rows of fake images so far.</summary>
    public long Fakes { get; private set; }

    /// <summary>Rows of real images so far.</summary>
    public long Reals { get; private set; }

    public void Add(ReadOnlySpan<float> features, bool isFake)
    {
        var sums = isFake ? _fake ??= new double[features.Length] : _real ??= new double[features.Length];
        if (sums.Length != features.Length)
            throw new InvalidOperationException($"A row has {features.Length} features, the rows before it have {sums.Length}.");
        for (var i = 0; i < features.Length; i++)
            sums[i] += features[i];
        if (isFake)
            Fakes++;
        else
            Reals++;
    }

    /// <exception cref="InvalidOperationException">A class has no row.</exception>
    public ClusterCentres ToCentres()
    {
        if (_fake is null || _real is null)
        {
            throw new InvalidOperationException(
                $"The training data has {Fakes} fake and {Reals} real rows with features; both classes are needed for the two centres.");
        }
        return new ClusterCentres([.. _fake.Select(sum => (float)(sum / Fakes))], [.. _real.Select(sum => (float)(sum / Reals))]);
    }
}
