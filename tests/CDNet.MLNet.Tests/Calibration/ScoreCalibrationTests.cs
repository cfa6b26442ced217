using CDNet.MLNet.Calibration;

namespace CDNet.MLNet.Tests.Calibration;

[TestClass]
public sealed class ScoreCalibrationTests
{
    [TestMethod]
    public void Platt_scaling_finds_the_log_odds_that_labels_were_drawn_with()
    {
        var (scores, labels) = Draw(20_000, slope: 0.7, offset: -0.4);

        var calibration = ScoreCalibration.Fit(scores, labels);

        Assert.AreEqual(0.7, calibration.Slope, 0.03);
        Assert.AreEqual(-0.4, calibration.Offset, 0.04);
        Assert.AreEqual(0.5, calibration.Probability(calibration.Threshold), 1e-6, "unless false alarms are limited, fake is what is more probably fake");
    }

    [TestMethod]
    public void Scores_that_rank_worse_than_chance_keep_the_threshold_of_the_decision()
    {
        var (scores, labels) = Draw(2_000, slope: -0.7, offset: 0.4);

        Assert.AreEqual(0, ScoreCalibration.Fit(scores, labels).Threshold);
    }

    [TestMethod]
    public void Slope_and_offset_are_where_the_gradient_of_the_log_loss_vanishes()
    {
        var (scores, labels) = Draw(500, slope: 1.5, offset: 0.3);

        var calibration = ScoreCalibration.Fit(scores, labels);

        // At the least log loss the probabilities agree with the labels in the mean, and weighted by the score; Platt's softened targets move it by less than 1 / n.
        var difference = scores.Select((score, i) => calibration.Probability(score) - (labels[i] ? 1.0 : 0)).ToArray();
        Assert.AreEqual(0, difference.Average(), 0.005);
        Assert.AreEqual(0, difference.Zip(scores, (gap, score) => gap * score).Average(), 0.01);
    }

    [TestMethod]
    public void Probability_by_hand()
    {
        var calibration = new ScoreCalibration(2, -1, 0.5f);

        Assert.AreEqual(1 / (1 + Math.Exp(1)), calibration.Probability(0), 1e-6);
        Assert.AreEqual(0.5, calibration.Probability(0.5f), 1e-6);
        Assert.AreEqual(1, calibration.Probability(1e6f));
        Assert.AreEqual(0, calibration.Probability(-1e6f));
        Assert.IsTrue(float.IsNaN(calibration.Probability(float.NaN)));
        Assert.IsFalse(calibration.IsFake(0.5f), "at the threshold it is not above it");
        Assert.IsTrue(calibration.IsFake(0.51f));
        Assert.IsFalse(calibration.IsFake(float.NaN));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.05)]
    [DataRow(0.3)]
    [DataRow(1.0)]
    public void False_alarms_are_never_more_than_wanted_and_one_more_would_be(double wanted)
    {
        var (scores, labels) = Draw(1000, slope: 1, offset: 0);

        var calibration = ScoreCalibration.Fit(scores, labels, wanted);

        var reals = labels.Count(label => !label);
        var alarms = scores.Where((score, i) => !labels[i] && calibration.IsFake(score)).Count();
        Assert.AreEqual((int)Math.Floor(wanted * reals + 1e-6), alarms, "no two scores are equal here");
    }

    [TestMethod]
    public void Too_few_pictures_are_refused_with_their_counts()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => ScoreCalibration.Fit([1, 2, 3, 4], [true, false, true, false]));
        StringAssert.Contains(error.Message, "2 fake and 2 real pictures");
    }

    private static (float[] Scores, bool[] Labels) Draw(int count, double slope, double offset)
    {
        var random = new Random(1);
        float[] scores = [.. Enumerable.Range(0, count).Select(_ => (float)(6 * random.NextDouble() - 3))];
        return (scores, [.. scores.Select(score => random.NextDouble() < 1 / (1 + Math.Exp(-(slope * score + offset))))]);
    }
}
