namespace CDNet.MLNet.Cluster;

/// <summary>The two class centres of Eq. 1.</summary>
public sealed record ClusterCentres
{
    /// <summary>Makes a pair of centres.</summary>
    /// <param name="fake">The centre CF of the fake images.</param>
    /// <param name="real">The centre CR of the real images, as long as <paramref name="fake"/>.</param>
    /// <exception cref="ArgumentException">The centres are empty, differ in length, or hold a number that is not finite.</exception>
    public ClusterCentres(float[] fake, float[] real)
    {
        ArgumentNullException.ThrowIfNull(fake);
        ArgumentNullException.ThrowIfNull(real);
        if (fake.Length == 0 || fake.Length != real.Length)
            throw new ArgumentException($"The centres have {fake.Length} and {real.Length} numbers; expected the same number, at least 1.");
        if (!fake.All(float.IsFinite) || !real.All(float.IsFinite))
            throw new ArgumentException("A centre holds a number that is not finite.");
        Fake = fake;
        Real = real;
    }

    /// <summary>The centre CF of the fake images.</summary>
    public float[] Fake { get; }

    /// <summary>The centre CR of the real images.</summary>
    public float[] Real { get; }

    /// <summary>How many features the centres have.</summary>
    public int Length => Fake.Length;

    /// <summary>Squared distance between the two centres, the denominator of Eq. 3.</summary>
    public double SquaredDistance => ClusterDecision.SquaredDistance(Fake, Real);

    /// <summary>The way from the centre of the reals to that of the fakes: along it alone do features decide (Eq. 5).</summary>
    internal double[] Line() => [.. Fake.Zip(Real, (fake, real) => (double)fake - real)];

    /// <summary>The means of the two classes (Eq. 1), summed in double precision.</summary>
    /// <param name="rows">Features and label (true: fake) of each row; all of one length.</param>
    /// <exception cref="InvalidOperationException">A class has no row.</exception>
    public static ClusterCentres Means(IEnumerable<(ReadOnlyMemory<float> Features, bool IsFake)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var means = new ClassMeans();
        foreach (var (features, isFake) in rows)
            means.Add(features.Span, isFake);
        return means.ToCentres();
    }
}
