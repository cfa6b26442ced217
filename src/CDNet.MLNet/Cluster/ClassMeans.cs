namespace CDNet.MLNet.Cluster;

/// <summary>Adds up the features of the two classes row by row, for their means (Eq. 1) and how far they scatter about them.</summary>
internal sealed class ClassMeans
{
    private readonly VectorMean _fake = new();
    private readonly VectorMean _real = new();

    /// <summary>Rows of fake images so far.</summary>
    public long Fakes => _fake.Count;

    /// <summary>Rows of real images so far.</summary>
    public long Reals => _real.Count;

    public void Add(ReadOnlySpan<float> features, bool isFake) => (isFake ? _fake : _real).Add(features);

    /// <exception cref="InvalidOperationException">A class has no row.</exception>
    public ClusterCentres ToCentres()
    {
        if (Fakes == 0 || Reals == 0)
        {
            throw new InvalidOperationException(
                $"The training data has {Fakes} fake and {Reals} real rows with features; both classes are needed for the two centres.");
        }
        return new ClusterCentres([.. _fake.Mean().Select(mean => (float)mean)], [.. _real.Mean().Select(mean => (float)mean)]);
    }

    /// <summary>Standard deviation of each number about the mean of its row's class. There is a row of both.</summary>
    public float[] Deviations() => [.. _fake.SquaredDeviations().Zip(_real.SquaredDeviations(), (fake, real) => (float)Math.Sqrt((fake + real) / (Fakes + Reals)))];
}
