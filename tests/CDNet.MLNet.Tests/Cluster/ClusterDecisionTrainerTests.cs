using CDNet.MLNet.Cluster;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Cluster;

[TestClass]
public sealed class ClusterDecisionTrainerTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    [DataRow(ClusterScoreForm.Ratio)]
    [DataRow(ClusterScoreForm.Difference)]
    public void Pipeline_and_function_give_the_same_numbers(ClusterScoreForm form)
    {
        var rows = Rows(100);
        var data = _context.Data.LoadFromEnumerable(rows);

        var model = _context.BinaryClassification.Trainers.ClusterDecision(new ClusterDecisionOptions { ScoreForm = form }).Fit(data);

        var results = _context.Data.CreateEnumerable<Output>(model.Transform(data), reuseRowObject: false).ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            var expected = ClusterDecision.Decide(rows[i].Features, model.Centres, form);
            Assert.AreEqual(expected.Score, results[i].Score, 1e-4f * Math.Max(1, Math.Abs(expected.Score)));
            Assert.AreEqual(expected.Probability, results[i].Probability, 1e-4f);
            Assert.AreEqual(expected.IsFake, results[i].PredictedLabel);
            Assert.AreEqual(expected.DistanceToReal, results[i].DistanceToReal, 1e-4f * expected.DistanceToReal);
            Assert.AreEqual(expected.DistanceToFake, results[i].DistanceToFake, 1e-4f * expected.DistanceToFake);
        }
    }

    [TestMethod]
    public void Without_trained_centres_they_are_the_class_means()
    {
        var rows = Rows(50);

        var centres = _context.BinaryClassification.Trainers.ClusterDecision().Fit(_context.Data.LoadFromEnumerable(rows)).Centres;

        for (var i = 0; i < 4; i++)
        {
            Assert.AreEqual(rows.Where(row => row.Label).Average(row => row.Features[i]), centres.Fake[i], 1e-5);
            Assert.AreEqual(rows.Where(row => !row.Label).Average(row => row.Features[i]), centres.Real[i], 1e-5);
        }
    }

    [TestMethod]
    public void Centres_of_the_options_need_no_label()
    {
        var data = _context.Data.LoadFromEnumerable([new Unlabeled { Features = [1, 2, 3, 4] }]);
        var centres = new ClusterCentres([1, 2, 3, 4], [0, 0, 0, 0]);

        var model = _context.BinaryClassification.Trainers.ClusterDecision(new ClusterDecisionOptions { Centres = centres }).Fit(data);

        Assert.AreSame(centres, model.Centres);
        Assert.IsTrue(_context.Data.CreateEnumerable<Output>(model.Transform(data), false).Single().PredictedLabel);
    }

    [TestMethod]
    public void Rows_without_features_or_label_are_left_out_of_the_means()
    {
        NumberRow[] rows =
        [
            new() { Label = 1, Features = [2, 2, 2, 2] }, new() { Label = 0, Features = [1, 1, 1, 1] },
            new() { Label = float.NaN, Features = [100, 100, 100, 100] }, new() { Label = 1, Features = [float.NaN, 0, 0, 0] },
        ];

        var centres = _context.BinaryClassification.Trainers.ClusterDecision().Fit(_context.Data.LoadFromEnumerable(rows)).Centres;

        CollectionAssert.AreEqual(new float[] { 2, 2, 2, 2 }, centres.Fake);
        CollectionAssert.AreEqual(new float[] { 1, 1, 1, 1 }, centres.Real);
    }

    [TestMethod]
    public void One_class_is_refused_with_the_counts_of_what_was_left_out()
    {
        NumberRow[] rows = [new() { Label = 1, Features = [2, 2, 2, 2] }, new() { Label = float.NaN, Features = [1, 1, 1, 1] }];

        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _context.BinaryClassification.Trainers.ClusterDecision().Fit(_context.Data.LoadFromEnumerable(rows)));

        StringAssert.Contains(error.Message, "1 fake and 0 real");
        StringAssert.Contains(error.Message, "1 rows without a label");
    }

    [TestMethod]
    public void Missing_label_column_is_refused()
    {
        var data = _context.Data.LoadFromEnumerable([new Unlabeled { Features = [1, 2, 3, 4] }]);

        var error = Assert.ThrowsExactly<ArgumentException>(() => _context.BinaryClassification.Trainers.ClusterDecision().Fit(data));

        StringAssert.Contains(error.Message, "Label");
        StringAssert.Contains(error.Message, "Features");
    }

    [TestMethod]
    public void Text_label_is_refused()
    {
        var data = _context.Data.LoadFromEnumerable([new TextRow { Label = "fake", Features = [1, 2, 3, 4] }]);

        var error = Assert.ThrowsExactly<ArgumentException>(() => _context.BinaryClassification.Trainers.ClusterDecision().Fit(data));

        StringAssert.Contains(error.Message, "Boolean");
    }

    [TestMethod]
    public void Works_behind_any_featurizer_and_its_auc_is_mlnets()
    {
        var data = _context.Data.LoadFromEnumerable(Rows(400));
        var pipeline = _context.Transforms.NormalizeMeanVariance("Scaled", "Features")
            .Append(_context.BinaryClassification.Trainers.ClusterDecision(featureColumnName: "Scaled"));

        var metrics = _context.BinaryClassification.Evaluate(pipeline.Fit(data).Transform(data));

        Assert.IsGreaterThan(0.8, metrics.AreaUnderRocCurve);
    }

    private static InputRow[] Rows(int count)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, count).Select(i => new InputRow
        {
            Label = i % 3 == 0,
            Features = [.. Enumerable.Range(0, 4).Select(_ => (float)(random.NextDouble() + (i % 3 == 0 ? 0.3 : 0)))],
        })];
    }

    private sealed class InputRow
    {
        public bool Label { get; set; }

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    private sealed class NumberRow
    {
        public float Label { get; set; }

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    private sealed class TextRow
    {
        public string Label { get; set; } = "";

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Unlabeled
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Output
    {
        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }

        public float DistanceToReal { get; set; }

        public float DistanceToFake { get; set; }
    }
}
