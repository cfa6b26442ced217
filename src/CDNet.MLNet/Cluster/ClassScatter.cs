using System.Numerics.Tensors;

namespace CDNet.MLNet.Cluster;

/// <summary>Vectors of two classes: their means, and how they scatter about the mean of their class.</summary>
/// <remarks>It keeps them, 4 bytes a number: of vectors of 12,928 numbers the covariance would be larger than those of 25,000 faces.</remarks>
internal sealed class ClassScatter
{
    private readonly List<(float[] Vector, bool IsFake)> _rows = [];
    private readonly ClassMeans _means = new();

    /// <summary>Vectors of fake images so far.</summary>
    public long Fakes => _means.Fakes;

    /// <summary>Vectors of real images so far.</summary>
    public long Reals => _means.Reals;

    /// <summary>Adds a vector, which is this object's from then on.</summary>
    /// <exception cref="InvalidOperationException">It has another length than those of its class before it.</exception>
    public void Add(float[] vector, bool isFake)
    {
        _means.Add(vector, isFake);
        _rows.Add((vector, isFake));
    }

    /// <summary>The means of both classes (Eq. 1).</summary>
    /// <exception cref="InvalidOperationException">A class has no vector.</exception>
    public ClusterCentres Means() => _means.ToCentres();

    /// <inheritdoc cref="ClassMeans.Deviations"/>
    public float[] Deviations() => _means.Deviations();

    /// <summary>Hands the vectors over, seen from the mean of their class in units of the deviations; means and deviations stay known.</summary>
    /// <param name="scales">1 over the deviation of each number, 0 where it does not vary.</param>
    public float[][] TakeStandardized(float[] scales)
    {
        var means = Means();
        foreach (var (vector, isFake) in _rows)
        {
            TensorPrimitives.Subtract(vector, isFake ? means.Fake : means.Real, vector);
            TensorPrimitives.Multiply(vector, scales, vector);
        }
        float[][] rows = [.. _rows.Select(row => row.Vector)];
        _rows.Clear();
        return rows;
    }
}
