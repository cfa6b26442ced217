using System.Numerics.Tensors;

namespace CDNet.MLNet.Cluster;

/// <summary>Adds up vectors of two classes row by row: their means, and how they scatter about the mean of their class.</summary>
/// <param name="length">Numbers of a vector.</param>
internal sealed class ClassScatter(int length)
{
    // The lower triangle of the sum of v v', whose upper one is the same.
    private readonly double[][] _products = [.. Enumerable.Range(0, length).Select(i => new double[i + 1])];
    private readonly ClassMeans _means = new();

    /// <summary>Vectors of fake images so far.</summary>
    public long Fakes => _means.Fakes;

    /// <summary>Vectors of real images so far.</summary>
    public long Reals => _means.Reals;

    public void Add(ReadOnlySpan<float> vector, bool isFake)
    {
        _means.Add(vector, isFake);
        var numbers = new double[length];
        TensorPrimitives.ConvertChecked<float, double>(vector, numbers);
        for (var i = 0; i < length; i++)
        {
            if (numbers[i] != 0)
                TensorPrimitives.MultiplyAdd(numbers.AsSpan(0, i + 1), numbers[i], _products[i], _products[i]);
        }
    }

    /// <summary>The means of both classes (Eq. 1).</summary>
    /// <exception cref="InvalidOperationException">A class has no vector.</exception>
    public ClusterCentres Means() => _means.ToCentres();

    /// <inheritdoc cref="ClassMeans.Deviations"/>
    public float[] Deviations() => _means.Deviations();

    /// <summary>The covariance within the classes: the lower triangle, row by row.</summary>
    /// <exception cref="InvalidOperationException">A class has no vector.</exception>
    public double[][] WithinClasses()
    {
        var (means, count) = (Means(), (double)(Fakes + Reals));
        double Covariance(int i, int j)
            => (_products[i][j] - Fakes * (double)means.Fake[i] * means.Fake[j] - Reals * (double)means.Real[i] * means.Real[j]) / count;
        return [.. Enumerable.Range(0, length).Select(i => Enumerable.Range(0, i + 1).Select(j => Covariance(i, j)).ToArray())];
    }
}
