using CDNet.MLNet.Cluster;

namespace CDNet.MLNet.Tests.Cluster;

/// <summary>
/// By hand: within the classes x has the variance 1, y 1/2, both together 1/2; the third number never varies. The means differ by (2, 1). In units of the deviations: correlation r = sqrt(1/2), difference d = (2, sqrt(2)).
/// </summary>
[TestClass]
public sealed class FisherDiscriminantTests
{
    private static readonly double[] None = [0, 0, 0];

    [TestMethod]
    public void Hardly_drawn_it_solves_the_equation_of_the_covariance()
        // (1, 1/2; 1/2, 1/2) w = (2, 1) has the solution (2, 0).
        => AssertWeights([2, 0, 0], Solve(Scatter(), 1e-9, None, []));

    [TestMethod]
    public void Drawn_by_1_towards_none()
        // (2, r; r, 2) x = (2, sqrt 2): the determinant is 3.5, x = ((4 - 1) / 3.5, (2 sqrt 2 - sqrt 2) / 3.5); w = (x1, x2 sqrt 2).
        => AssertWeights([3 / 3.5, 2 / 3.5, 0], Solve(Scatter(), 1, None, []));

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.01)]
    public void Drawn_towards_a_direction_of_any_length(double length)
        // w0 = (0, 1) is r in units of the deviations and fits best when doubled: r sqrt 2 / r^2. (2, r; r, 2) x = (2, sqrt 2 + 2 r): x = ((4 - 2) / 3.5, (4 sqrt 2 - sqrt 2) / 3.5).
        => AssertWeights([2 / 3.5, 6 / 3.5, 0], Solve(Scatter(), 1, [0, length, 0], []));

    [TestMethod]
    public void Far_drawn_it_is_the_known_direction()
    {
        var weights = Solve(Scatter(), 1e9, [0.5, 0.25, 0], []);

        Assert.AreEqual(2, weights[0] / weights[1], 1e-6);
        Assert.IsGreaterThan(0, weights[0]);
    }

    [TestMethod]
    public void Direction_that_points_the_other_way_does_not_count()
        => AssertWeights(Solve(Scatter(), 1, None, []), Solve(Scatter(), 1, [-1, 0, 0], []));

    [TestMethod]
    public void Set_that_lies_elsewhere_scores_nearly_as_the_real_ones()
    {
        // The shift (4, 4) is (4, 4 sqrt 2) in deviations. (1 + 160, r + 160 sqrt 2; ., 1 + 320) x = (2, sqrt 2): the determinant is 160.5, x = (321 / 160.5, -160 sqrt 2 / 160.5).
        var weights = Solve(Scatter(), 1e-9, None, [[4, 4, 7]]);

        AssertWeights([321 / 160.5, -320 / 160.5, 0], weights);
        Assert.AreEqual(4 / 160.5, 4 * (weights[0] + weights[1]), 1e-6, "beside 8 without");
    }

    [TestMethod]
    public void Shift_along_a_direction_that_is_not_used_changes_nothing()
        => AssertWeights([2, 0, 0], Solve(Scatter(), 1e-9, None, [[0, 5, 0]]));

    [TestMethod]
    public void Known_direction_that_sees_a_shift_keeps_what_it_knows_across_it()
        // w0 = (1, 1) is (1, r) in deviations and fits best 1.2 times as long: (2 + 1) / 2.5, whatever lies elsewhere. The shift is (0, 4 sqrt 2): (2, r; r, 322) x = (3.2, sqrt 2 + 1.2 r), the determinant is 643.5,
        // x = (1028.8 / 643.5, 1.6 sqrt 2 / 643.5). Scaled by the scatter with the shift, 3 / 162.5, x1 would be 1.0 instead of 1.6.
        => AssertWeights([1028.8 / 643.5, 3.2 / 643.5, 0], Solve(Scatter(), 1, [1, 1, 0], [[0, 4, 7]]));

    [TestMethod]
    public void Classes_with_one_mean_have_none()
    {
        var scatter = new ClassScatter();
        foreach (var isFake in new[] { true, false })
        {
            scatter.Add([1, 2], isFake);
            scatter.Add([3, -2], isFake);
        }

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Solve(scatter, 1, [1, 0], [])).Message, "2 fake and 2 real");
    }

    [TestMethod]
    public void Conjugate_gradients_find_what_elimination_finds()
    {
        // Drawn: 300 rows of 40 numbers that depend on each other.
        var random = new Random(4);
        double Draw() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var mix = Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 40).Select(_ => Draw()).ToArray()).ToArray();
        var rows = Enumerable.Range(0, 300).Select(i => (IsFake: i % 3 == 0, Source: Enumerable.Range(0, 40).Select(_ => Draw()).ToArray()))
            .Select(row => (row.IsFake, Vector: mix.Select((weights, i) => (float)(weights.Zip(row.Source, (a, b) => a * b).Sum() + (row.IsFake && i < 3 ? 2 : 0))).ToArray())).ToArray();
        double[] known = [.. Enumerable.Range(0, 40).Select(_ => Draw())];
        double[] shift = [.. Enumerable.Range(0, 40).Select(_ => Draw())];
        var scatter = new ClassScatter();
        foreach (var (isFake, vector) in rows)
            scatter.Add((float[])vector.Clone(), isFake);

        var found = new FisherDiscriminant(scatter, known, [shift]).Solve(0.05);

        var expected = ByElimination([.. rows], known, shift, 0.05);
        for (var i = 0; i < 40; i++)
            Assert.AreEqual(expected[i], found[i], 1e-3 * expected.Max(Math.Abs), $"{i}");
    }

    /// <summary>The equation of the remarks, written out and solved row by row.</summary>
    private static double[] ByElimination((bool IsFake, float[] Vector)[] rows, double[] known, double[] shift, double shrinkage)
    {
        var n = known.Length;
        double[] Mean(bool isFake) => [.. Enumerable.Range(0, n).Select(i => rows.Where(row => row.IsFake == isFake).Average(row => (double)row.Vector[i]))];
        var (real, fake) = (Mean(false), Mean(true));
        double Covariance(int i, int j) => rows.Average(row => (row.Vector[i] - (row.IsFake ? fake : real)[i]) * (row.Vector[j] - (row.IsFake ? fake : real)[j]));
        double[] deviations = [.. Enumerable.Range(0, n).Select(i => Math.Sqrt(Covariance(i, i)))];
        var matrix = Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => Covariance(i, j) / deviations[i] / deviations[j]).ToArray()).ToArray();
        double[] difference = [.. Enumerable.Range(0, n).Select(i => (fake[i] - real[i]) / deviations[i])], prior = [.. known.Zip(deviations, (a, b) => a * b)];
        var along = Enumerable.Range(0, n).Sum(i => Enumerable.Range(0, n).Sum(j => prior[i] * matrix[i][j] * prior[j]));
        var length = Math.Max(0, prior.Zip(difference, (a, b) => a * b).Sum() / along);
        double[] right = [.. difference.Zip(prior, (d, w) => d + shrinkage * length * w)];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                matrix[i][j] += 10 * shift[i] / deviations[i] * shift[j] / deviations[j] + (i == j ? shrinkage : 0);
        }
        for (var i = 0; i < n; i++)
        {
            for (var below = i + 1; below < n; below++)
            {
                var factor = matrix[below][i] / matrix[i][i];
                for (var j = i; j < n; j++)
                    matrix[below][j] -= factor * matrix[i][j];
                right[below] -= factor * right[i];
            }
        }
        for (var i = n - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < n; j++)
                right[i] -= matrix[i][j] * right[j];
            right[i] /= matrix[i][i];
        }
        return [.. right.Zip(deviations, (x, deviation) => x / deviation)];
    }

    private static double[] Solve(ClassScatter scatter, double shrinkage, double[] known, double[][] shifts) => new FisherDiscriminant(scatter, known, shifts).Solve(shrinkage);

    private static ClassScatter Scatter()
    {
        var scatter = new ClassScatter();
        foreach (var (x, y) in new[] { (1f, 1f), (-1, -1), (1, 0), (-1, 0) })
        {
            scatter.Add([x, y, 5], isFake: false);
            scatter.Add([x + 2, y + 1, 5], isFake: true);
        }
        return scatter;
    }

    private static void AssertWeights(double[] expected, double[] weights)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], weights[i], 1e-6);
    }
}
