using System.Numerics.Tensors;

namespace CDNet.MLNet.Cluster;

/// <summary>The direction in which two classes lie furthest apart for their scatter: the difference of the distances to both means, measured in units of the scatter.</summary>
/// <remarks>
/// Fisher, "The use of multiple measurements in taxonomic problems", 1936: C w = d with the covariance C within the classes and the difference d of their means. In units of the deviations, so that C is the matrix of correlations, and drawn towards
/// a direction w0 that is known already, as a ridge regression is towards 0: (C + shrinkage I) w = d + shrinkage w0. What hardly varies in the sample is then left to w0.
/// A shift s by which a set of real images lies elsewhere counts as scatter too, C + 10 s s', however the images of the set scatter themselves: then w s is nearly 0, and the set scores as the real images do.
/// It is solved by conjugate gradients (Hestenes and Stiefel, 1952), which need no matrix but its products with vectors, and these from the rows.
/// </remarks>
internal sealed class FisherDiscriminant
{
    // Below this share of the largest deviation a number counts as constant.
    private const double LeastDeviation = 1e-6;

    // Large against the scatter, which is 1 in units of the deviations.
    private const double ShiftWeight = 10;

    // Of what is left beside the right side: scores that differ by less than 32-bit numbers do.
    private const double Tolerance = 1e-6;

    private const int MostSteps = 2000;

    private const int Parts = 16;

    private readonly float[][] _rows;
    private readonly double[][] _shifts;
    private readonly double[] _scales;
    private readonly double[] _difference;
    private readonly double[] _known;
    private readonly string _count;

    /// <summary>Prepares a sample, whose vectors it takes.</summary>
    /// <param name="scatter">Vectors of both classes.</param>
    /// <param name="known">The known direction, of any length: it is scaled as it fits the sample best, and to 0 where it fits worse than none.</param>
    /// <param name="shifts">How far from the mean of the real vectors the means of other sets of real images lie.</param>
    /// <exception cref="InvalidOperationException">A class has no vector.</exception>
    public FisherDiscriminant(ClassScatter scatter, double[] known, IReadOnlyList<double[]> shifts)
    {
        var (means, deviations) = (scatter.Means(), scatter.Deviations());
        var least = LeastDeviation * deviations.Max();
        _count = $"{scatter.Fakes:N0} fake and {scatter.Reals:N0} real";
        _scales = [.. deviations.Select(deviation => deviation > least ? 1d / deviation : 0)];
        _rows = scatter.TakeStandardized([.. _scales.Select(scale => (float)scale)]);
        _difference = [.. _scales.Select((scale, i) => scale * ((double)means.Fake[i] - means.Real[i]))];
        _shifts = [.. shifts.Select(shift => Scaled(shift))];
        _known = [.. known.Zip(_scales, (weight, scale) => scale > 0 ? weight / scale : 0)];
        // By the scatter without the shifts: a known direction that sees these would else be scaled to nearly 0, and with it what it knows across them.
        var along = TensorPrimitives.Dot<double>(_known, Scatter(_known));
        var length = along > 0 ? Math.Max(0, TensorPrimitives.Dot<double>(_known, _difference) / along) : 0;
        TensorPrimitives.Multiply(_known, length, _known);
    }

    /// <summary>Solves for the direction.</summary>
    /// <param name="shrinkage">Above 0; the larger, the nearer to the known direction.</param>
    /// <returns>Weights of the numbers of a vector; 0 for those that do not vary. The weighted sum is larger for fakes.</returns>
    /// <exception cref="InvalidOperationException">Both classes have one mean, or no number varies within its class.</exception>
    public double[] Solve(double shrinkage)
    {
        var right = new double[_known.Length];
        TensorPrimitives.MultiplyAdd(_known, shrinkage, _difference, right);
        var solution = (double[])_known.Clone();
        var rest = new double[right.Length];
        TensorPrimitives.Subtract<double>(right, Product(solution, shrinkage), rest);
        var step = (double[])rest.Clone();
        var enough = Tolerance * Tolerance * TensorPrimitives.SumOfSquares<double>(right);
        var left = TensorPrimitives.SumOfSquares<double>(rest);
        for (var i = 0; i < MostSteps && left > enough; i++)
        {
            var product = Product(step, shrinkage);
            var length = left / TensorPrimitives.Dot<double>(step, product);
            TensorPrimitives.MultiplyAdd(step, length, solution, solution);
            TensorPrimitives.MultiplyAdd(product, -length, rest, rest);
            var now = TensorPrimitives.SumOfSquares<double>(rest);
            TensorPrimitives.MultiplyAdd(step, now / left, rest, step);
            left = now;
        }
        return TensorPrimitives.Dot<double>(solution, _difference) > 0
            ? Scaled(solution)
            : throw new InvalidOperationException($"The {_count} faces give no direction: the means of both classes are the same, or all faces of a class are.");
    }

    private double[] Scaled(double[] numbers) => [.. numbers.Zip(_scales, (number, scale) => number * scale)];

    /// <summary>(C + 10 s s' + shrinkage I) x.</summary>
    private double[] Product(double[] x, double shrinkage)
    {
        var product = Scatter(x);
        TensorPrimitives.MultiplyAdd(x, shrinkage, product, product);
        foreach (var shift in _shifts)
            TensorPrimitives.MultiplyAdd(shift, ShiftWeight * TensorPrimitives.Dot<double>(shift, x), product, product);
        return product;
    }

    /// <summary>C x. In 32 bits, of which a sum over all rows keeps more than the sample knows.</summary>
    private double[] Scatter(double[] x)
    {
        float[] narrow = [.. x.Select(number => (float)number)];
        // As many parts as there are however many processors: sums in another order differ in their last digits.
        var parts = Enumerable.Range(0, Parts).AsParallel().AsOrdered().Select(part =>
        {
            var sum = new float[x.Length];
            for (var i = part; i < _rows.Length; i += Parts)
                TensorPrimitives.MultiplyAdd(_rows[i], TensorPrimitives.Dot<float>(_rows[i], narrow) / _rows.Length, sum, sum);
            return sum;
        });
        var product = new double[x.Length];
        foreach (var sum in parts)
        {
            for (var i = 0; i < product.Length; i++)
                product[i] += sum[i];
        }
        return product;
    }
}
