using CDNet.MLNet.Networks.Quantization;

namespace CDNet.MLNet.Tests.Networks.Quantization;

[TestClass]
public sealed class ActivationRangeTests
{
    [TestMethod]
    [DataRow(-1f, 4.1f, 0.02f, 50)]
    [DataRow(0f, 5.1f, 0.02f, 0)]
    [DataRow(1f, 5.1f, 0.02f, 0)]
    [DataRow(-5.1f, -2f, 0.02f, 255)]
    [DataRow(0f, 0f, 1f, 0)]
    public void Step_and_zero_by_hand(float least, float most, float scale, int zero)
    {
        var range = new ActivationRange(least, most);

        Assert.AreEqual(scale, range.Scale, 1e-6f);
        Assert.AreEqual(zero, range.ZeroPoint);
    }

    [TestMethod]
    [DataRow(float.NaN, 1f)]
    [DataRow(0f, float.PositiveInfinity)]
    [DataRow(-3e38f, 3e38f)]
    public void Numbers_that_are_no_range_are_refused(float least, float most)
        => Assert.ThrowsExactly<InvalidDataException>(() => new ActivationRange(least, most));
}
