using CDNet.MLNet.Metrics;

namespace CDNet.MLNet.Tests.Metrics;

[TestClass]
public sealed class ReliabilityTests
{
    [TestMethod]
    public void Bins_and_error_by_hand()
    {
        float[] probabilities = [0.1f, 0.3f, 0.3f, 0.9f, 1f];
        bool[] labels = [false, true, false, true, true];

        var bins = Reliability.Bins(probabilities, labels, ranges: 2);

        Assert.HasCount(2, bins);
        Assert.AreEqual((3, 1 / 3.0), (bins[0].Count, bins[0].FakeShare));
        Assert.AreEqual(0.7 / 3, bins[0].MeanProbability, 1e-6);
        Assert.AreEqual((2, 1.0), (bins[1].Count, bins[1].FakeShare));
        Assert.AreEqual(0.95, bins[1].MeanProbability, 1e-6);
        // (3 * |1/3 - 0.7/3| + 2 * |1 - 0.95|) / 5
        Assert.AreEqual((0.3 + 0.1) / 5, Reliability.ExpectedCalibrationError(probabilities, labels, ranges: 2), 1e-6);
    }

    [TestMethod]
    public void Empty_ranges_are_left_out()
        => Assert.HasCount(1, Reliability.Bins([0.55f, 0.58f], [true, false]));

    [TestMethod]
    public void What_is_no_probability_is_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Reliability.Bins([float.NaN], [true]));
        Assert.ThrowsExactly<ArgumentException>(() => Reliability.Bins([1.5f], [true]));
        Assert.ThrowsExactly<ArgumentException>(() => Reliability.Bins([0.5f], [true, false]));
    }
}
