using System.Numerics.Tensors;

namespace CDNet.MLNet.Cluster;

/// <summary>The direction in which two classes lie furthest apart for their scatter: the difference of the distances to both means, measured in units of the scatter.</summary>
/// <remarks>
/// Fisher, "The use of multiple measurements in taxonomic problems", 1936: C w = d with the covariance C within the classes and the difference d of their means. In units of the deviations, so that C is the matrix of correlations, and drawn towards
/// a direction w0 that is known already, as a ridge regression is towards 0: (C + shrinkage I) w = d + shrinkage w0. What hardly varies in the sample is then left to w0.
/// A shift s by which a set of real images lies elsewhere counts as scatter too, C + 10 s s', however the images of the set scatter themselves: then w s is nearly 0, and the set scores as the real images do.
/// </remarks>
internal static class FisherDiscriminant
{
    // Below this share of the largest deviation a number counts as constant.
    private const double LeastDeviation = 1e-6;

    // Large against the scatter, which is 1 in units of the deviations.
    private const double ShiftWeight = 10;

    /// <summary>Solves for the direction.</summary>
    /// <param name="scatter">Vectors of both classes.</param>
    /// <param name="shrinkage">Above 0; the larger, the nearer to the known direction.</param>
    /// <param name="known">The known direction, of any length: it is scaled as it fits the sample best, and to 0 where it fits worse than none.</param>
    /// <param name="shifts">How far from the mean of the real vectors the means of other sets of real images lie.</param>
    /// <returns>Weights of the numbers of a vector; 0 for those that do not vary. The weighted sum is larger for fakes.</returns>
    /// <exception cref="InvalidOperationException">A class has no vector, both have one mean, or none varies within its class.</exception>
    public static double[] Solve(ClassScatter scatter, double shrinkage, double[] known, IReadOnlyList<double[]> shifts)
    {
        var (means, covariance) = (scatter.Means(), scatter.WithinClasses());
        double[] deviations = [.. covariance.Select((row, i) => Math.Sqrt(Math.Max(0, row[i])))];
        var least = LeastDeviation * deviations.Max();
        int[] kept = [.. Enumerable.Range(0, deviations.Length).Where(i => deviations[i] > least)];
        double[][] correlations = [.. kept.Select((i, row) => kept.Take(row + 1).Select(j => covariance[i][j] / (deviations[i] * deviations[j])).ToArray())];
        double[] difference = [.. kept.Select(i => ((double)means.Fake[i] - means.Real[i]) / deviations[i])];
        double[] prior = [.. kept.Select(i => known[i] * deviations[i])];
        var scatterAlong = Quadratic(correlations, prior);
        var scale = scatterAlong > 0 ? Math.Max(0, TensorPrimitives.Dot<double>(prior, difference) / scatterAlong) : 0;
        // Only after the scale: a known direction that sees the shifts would else be scaled to nearly 0, and with it what it knows across them.
        foreach (var shift in shifts)
        {
            double[] inDeviations = [.. kept.Select(i => shift[i] / deviations[i])];
            for (var i = 0; i < kept.Length; i++)
                TensorPrimitives.MultiplyAdd(inDeviations.AsSpan(0, i + 1), ShiftWeight * inDeviations[i], correlations[i], correlations[i]);
        }
        double[] right = [.. difference.Zip(prior, (d, w) => d + shrinkage * scale * w)];
        for (var i = 0; i < kept.Length; i++)
            correlations[i][i] += shrinkage;
        var solution = SolveByCholesky(correlations, right);
        var weights = new double[deviations.Length];
        for (var row = 0; row < kept.Length; row++)
            weights[kept[row]] = solution[row] / deviations[kept[row]];
        return TensorPrimitives.Dot<double>(solution, difference) > 0
            ? weights
            : throw new InvalidOperationException($"The {scatter.Fakes:N0} fake and {scatter.Reals:N0} real faces give no direction: the means of both classes are the same, or all faces of a class are.");
    }

    /// <summary>x' A x for a symmetric A, of which the lower triangle is given.</summary>
    private static double Quadratic(double[][] lower, double[] x)
        => lower.Select((row, i) => x[i] * (2 * TensorPrimitives.Dot<double>(row.AsSpan(0, i), x.AsSpan(0, i)) + row[i] * x[i])).Sum();

    /// <summary>Solves A x = b for a symmetric positive definite A, of which the lower triangle is given and overwritten.</summary>
    private static double[] SolveByCholesky(double[][] lower, double[] right)
    {
        for (var i = 0; i < lower.Length; i++)
        {
            var row = lower[i];
            for (var j = 0; j < i; j++)
                row[j] = (row[j] - TensorPrimitives.Dot<double>(row.AsSpan(0, j), lower[j].AsSpan(0, j))) / lower[j][j];
            row[i] = Math.Sqrt(row[i] - TensorPrimitives.SumOfSquares<double>(row.AsSpan(0, i)));
        }
        double[] x = [.. right];
        for (var i = 0; i < x.Length; i++)
            x[i] = (x[i] - TensorPrimitives.Dot<double>(lower[i].AsSpan(0, i), x.AsSpan(0, i))) / lower[i][i];
        for (var i = x.Length - 1; i >= 0; i--)
        {
            x[i] /= lower[i][i];
            TensorPrimitives.MultiplyAdd(lower[i].AsSpan(0, i), -x[i], x.AsSpan(0, i), x.AsSpan(0, i));
        }
        return x;
    }
}
