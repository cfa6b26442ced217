using CDNet.MLNet.Metrics;
using Microsoft.ML;

namespace CDNet.MLNet.Tests.Metrics;

[TestClass]
public sealed class RankingMetricsTests
{
    // Fakes score 0.9, 0.6, 0.3; reals 0.7, 0.3, 0.1. Of 9 pairs 6 are in order and one (0.3, 0.3) is tied: (6 + 1/2) / 9.
    private static readonly float[] Scores = [0.9f, 0.7f, 0.6f, 0.3f, 0.3f, 0.1f];
    private static readonly bool[] Labels = [true, false, true, true, false, false];

    [TestMethod]
    public void Auc_by_hand() => Assert.AreEqual(6.5 / 9, RankingMetrics.Auc(Scores, Labels), 1e-12);

    [TestMethod]
    public void Average_precision_by_hand()
        // Precision 1/1 at the first fake, 2/3 at the second; the third shares its score with a real: 3/5.
        => Assert.AreEqual((1 + 2 / 3.0 + 3 / 5.0) / 3, RankingMetrics.AveragePrecision(Scores, Labels), 1e-12);

    [TestMethod]
    public void Equal_error_rate_by_hand()
        // At the threshold 0.6 one of three reals is above and one of three fakes below.
        => Assert.AreEqual(1 / 3.0, RankingMetrics.EqualErrorRate(Scores, Labels), 1e-12);

    [TestMethod]
    public void Best_threshold_by_hand()
    {
        // Above 0.8 one fake of three and no real; above 0.45 two fakes and one real; above 0.2 three fakes and two reals: 1/3 each, and the highest is taken.
        Assert.AreEqual(0.8f, RankingMetrics.BestThreshold(Scores, Labels), 1e-6f);
        Assert.AreEqual(2.5f, RankingMetrics.BestThreshold([1, 2, 3, 4], [false, false, true, true]));
        Assert.IsTrue(float.IsNaN(RankingMetrics.BestThreshold([1, 2], [true, true])));
    }

    [TestMethod]
    public void Threshold_for_false_alarms_by_hand()
    {
        // Reals score 0.7, 0.3, 0.1: none above 0.8; one of three above 0.45; two above 0.2; all above anything below 0.1.
        Assert.AreEqual(0.8f, RankingMetrics.ThresholdForFalseAlarms(Scores, Labels, 0), 1e-6f);
        Assert.AreEqual(0.8f, RankingMetrics.ThresholdForFalseAlarms(Scores, Labels, 0.32), 1e-6f);
        Assert.AreEqual(0.45f, RankingMetrics.ThresholdForFalseAlarms(Scores, Labels, 1 / 3.0), 1e-6f);
        Assert.AreEqual(0.2f, RankingMetrics.ThresholdForFalseAlarms(Scores, Labels, 0.67), 1e-6f);
        Assert.IsLessThan(0.1f, RankingMetrics.ThresholdForFalseAlarms(Scores, Labels, 1));
        // A real on top: nothing may be called fake.
        Assert.AreEqual(2f, RankingMetrics.ThresholdForFalseAlarms([2, 1], [false, true], 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => RankingMetrics.ThresholdForFalseAlarms(Scores, Labels, 5));
    }

    [TestMethod]
    public void Roc_curve_by_hand_and_its_area_is_the_auc()
    {
        var curve = RankingMetrics.RocCurve(Scores, Labels);

        (double, double)[] expected = [(0, 0), (0, 1 / 3.0), (1 / 3.0, 1 / 3.0), (1 / 3.0, 2 / 3.0), (2 / 3.0, 1), (1, 1)];
        CollectionAssert.AreEqual(expected, curve.ToArray());
        var area = curve.Zip(curve.Skip(1), (from, to) => (to.FalseAlarms - from.FalseAlarms) * (to.Hits + from.Hits) / 2).Sum();
        Assert.AreEqual(RankingMetrics.Auc(Scores, Labels), area, 1e-12);
    }

    [TestMethod]
    public void Perfect_reversed_and_constant_scores()
    {
        bool[] labels = [true, true, false, false];
        Assert.AreEqual(1, RankingMetrics.Auc([4, 3, 2, 1], labels));
        Assert.AreEqual(0, RankingMetrics.EqualErrorRate([4, 3, 2, 1], labels));
        Assert.AreEqual(0, RankingMetrics.Auc([1, 2, 3, 4], labels));
        Assert.AreEqual(1, RankingMetrics.EqualErrorRate([1, 2, 3, 4], labels));
        Assert.AreEqual(0.5, RankingMetrics.Auc([1, 1, 1, 1], labels));
        Assert.AreEqual(0.5, RankingMetrics.EqualErrorRate([1, 1, 1, 1], labels));
    }

    [TestMethod]
    public void One_class_has_no_auc() => Assert.IsTrue(double.IsNaN(RankingMetrics.Auc([1, 2], [true, true])));

    [TestMethod]
    public void Nan_is_refused() => Assert.ThrowsExactly<ArgumentException>(() => RankingMetrics.Auc([float.NaN, 1], [true, false]));

    [TestMethod]
    public void Auc_does_not_change_under_a_growing_function_and_turns_over_with_the_labels()
    {
        var (scores, labels) = Random(500, seed: 3);

        var auc = RankingMetrics.Auc(scores, labels);

        Assert.AreEqual(auc, RankingMetrics.Auc([.. scores.Select(MathF.Exp)], labels), 1e-12);
        Assert.AreEqual(1 - auc, RankingMetrics.Auc(scores, [.. labels.Select(label => !label)]), 1e-12);
    }

    [TestMethod]
    [DataRow(1000, 1)]
    [DataRow(5000, 2)]
    public void Auc_is_that_of_mlnet_and_of_counting_all_pairs(int count, int seed)
    {
        var (scores, labels) = Random(count, seed);
        var context = new MLContext(1);
        var rows = scores.Zip(labels, (score, label) => new Row { Label = label, Score = score, Probability = 1 / (1 + MathF.Exp(-score)), PredictedLabel = score > 0 });

        var mlNet = context.BinaryClassification.Evaluate(context.Data.LoadFromEnumerable(rows)).AreaUnderRocCurve;

        Assert.AreEqual(mlNet, RankingMetrics.Auc(scores, labels), 1e-6);
        Assert.AreEqual(CountPairs(scores, labels), RankingMetrics.Auc(scores, labels), 1e-12);
    }

    private static double CountPairs(float[] scores, bool[] labels)
    {
        var (sum, pairs) = (0.0, 0L);
        for (var i = 0; i < scores.Length; i++)
        {
            for (var j = 0; labels[i] && j < scores.Length; j++)
            {
                if (labels[j])
                    continue;
                pairs++;
                sum += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
            }
        }
        return sum / pairs;
    }

    /// <summary>Overlapping classes, some scores equal.</summary>
    private static (float[] Scores, bool[] Labels) Random(int count, int seed)
    {
        var random = new Random(seed);
        var labels = Enumerable.Range(0, count).Select(_ => random.Next(3) == 0).ToArray();
        return ([.. labels.Select(label => MathF.Round((float)(random.NextDouble() * 2 - 1 + (label ? 0.4 : 0)), 2))], labels);
    }

    private sealed class Row
    {
        public bool Label { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }
}
