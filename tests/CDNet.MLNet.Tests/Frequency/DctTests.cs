using CDNet.MLNet.Frequency;

namespace CDNet.MLNet.Tests.Frequency;

[TestClass]
public sealed class DctTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(4, 4)]
    [DataRow(5, 7)]
    [DataRow(13, 3)]
    public void Forward_is_the_defining_double_sum(int height, int width)
    {
        var plane = Noise(height * width, seed: 1);

        var actual = Dct.Forward(plane, height, width);

        for (var u = 0; u < height; u++)
        {
            for (var v = 0; v < width; v++)
                Assert.AreEqual(DefiningSum(plane, height, width, u, v), actual[u * width + v], 1e-12, $"({u}, {v})");
        }
    }

    [TestMethod]
    public void Two_by_two_by_hand()
    {
        // Sum 10 / 2; rows differ by (3 + 4 - 1 - 2) / 2, columns by (2 + 4 - 1 - 3) / 2; the cross term is 0.
        CollectionAssert.AreEqual(new[] { 5.0, -1, -2, 0 }, Dct.Forward([1.0, 2, 3, 4], 2, 2).Select(value => Math.Round(value, 12) + 0.0).ToArray());
    }

    [TestMethod]
    [DataRow(64)]
    [DataRow(299)]
    public void Energy_is_kept(int side)
    {
        var plane = Noise(side * side, seed: 2);

        var coefficients = Dct.Forward(plane, side, side);

        var before = plane.Sum(value => value * value);
        Assert.AreEqual(before, coefficients.Sum(value => value * value), before * 1e-12);
    }

    [TestMethod]
    public void Constant_plane_has_only_its_mean()
    {
        var coefficients = Dct.Forward(Enumerable.Repeat(0.5, 299 * 299).ToArray(), 299, 299);

        Assert.AreEqual(0.5 * 299, coefficients[0], 1e-9);
        Assert.IsTrue(coefficients.Skip(1).All(value => Math.Abs(value) < 1e-9));
    }

    [TestMethod]
    public void Cosine_of_one_frequency_has_one_coefficient()
    {
        const int side = 299;
        var plane = new double[side * side];
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
                plane[y * side + x] = Math.Cos(Math.PI * (2 * y + 1) * 17 / (2.0 * side)) * Math.Cos(Math.PI * (2 * x + 1) * 200 / (2.0 * side));
        }

        var coefficients = Dct.Forward(plane, side, side);

        Assert.AreEqual(side / 2.0, coefficients[17 * side + 200], 1e-9);
        Assert.AreEqual(1, coefficients.Count(value => Math.Abs(value) > 1e-9));
    }

    private static double DefiningSum(double[] plane, int height, int width, int u, int v)
    {
        var sum = 0.0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                sum += plane[y * width + x] * Math.Cos(Math.PI * (2 * y + 1) * u / (2.0 * height)) * Math.Cos(Math.PI * (2 * x + 1) * v / (2.0 * width));
        }
        return sum * Math.Sqrt((u == 0 ? 1.0 : 2.0) / height) * Math.Sqrt((v == 0 ? 1.0 : 2.0) / width);
    }

    private static double[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 4 - 2)];
    }
}
