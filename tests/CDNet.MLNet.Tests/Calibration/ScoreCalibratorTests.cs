using CDNet.MLNet.Calibration;
using Microsoft.ML;

namespace CDNet.MLNet.Tests.Calibration;

[TestClass]
public sealed class ScoreCalibratorTests
{
    private readonly MLContext _context = new(1);
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Pipeline_and_function_give_the_same_numbers_before_and_after_saving()
    {
        var rows = Rows(200);
        var data = _context.Data.LoadFromEnumerable(rows);
        using var model = _context.BinaryClassification.Calibrators.ScoreCalibration(new ScoreCalibrationOptions { MaxFalseAlarms = 0.1 }).Fit(data);
        _context.Model.Save(model, data.Schema, _folder.File("model.zip"));
        var loaded = new MLContext().Model.Load(_folder.File("model.zip"), out _);

        foreach (var transformer in new[] { model, loaded })
        {
            var results = _context.Data.CreateEnumerable<Output>(transformer.Transform(data), reuseRowObject: false).ToArray();
            for (var i = 0; i < rows.Length; i++)
            {
                Assert.AreEqual(rows[i].Score, results[i].Score);
                Assert.AreEqual(model.Calibration.Probability(rows[i].Score), results[i].Probability);
                Assert.AreEqual(model.Calibration.IsFake(rows[i].Score), results[i].PredictedLabel);
            }
        }
    }

    [TestMethod]
    public void Rows_without_a_score_do_not_count_and_stay_without_a_verdict()
    {
        var rows = Rows(200);
        var clean = Fit(rows);
        Row[] more = [.. rows, new Row { Score = float.NaN, Label = true }];

        var calibration = Fit(more);

        Assert.AreEqual(clean, calibration);
        var data = _context.Data.LoadFromEnumerable(more);
        var last = _context.Data.CreateEnumerable<Output>(_context.BinaryClassification.Calibrators.ScoreCalibration().Fit(data).Transform(data), false).Last();
        Assert.IsTrue(float.IsNaN(last.Probability));
        Assert.IsFalse(last.PredictedLabel);
    }

    [TestMethod]
    public void Given_calibration_needs_no_label()
    {
        var data = _context.Data.LoadFromEnumerable([new Unlabeled { Score = 2 }]);

        using var model = _context.BinaryClassification.Calibrators
            .ScoreCalibration(new ScoreCalibrationOptions { Calibration = new ScoreCalibration(1, 0, 3) }).Fit(data);

        var result = _context.Data.CreateEnumerable<Output>(model.Transform(data), false).Single();
        Assert.AreEqual(1 / (1 + Math.Exp(-2)), result.Probability, 1e-6);
        Assert.IsFalse(result.PredictedLabel, "2 is not above the threshold 3");
    }

    [TestMethod]
    public void Missing_score_column_and_share_out_of_range_are_refused()
    {
        var data = _context.Data.LoadFromEnumerable([new LabelOnly()]);
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => _context.BinaryClassification.Calibrators.ScoreCalibration().Fit(data)).Message, "needs a column Score");
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => _context.BinaryClassification.Calibrators.ScoreCalibration(new ScoreCalibrationOptions { MaxFalseAlarms = 5 })).Message,
            "MaxFalseAlarms");
    }

    private ScoreCalibration Fit(Row[] rows)
        => _context.BinaryClassification.Calibrators.ScoreCalibration().Fit(_context.Data.LoadFromEnumerable(rows)).Calibration;

    private static Row[] Rows(int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(i => new Row { Label = i % 2 == 0, Score = (float)(random.NextDouble() * 4 - 2 + (i % 2 == 0 ? 1 : 0)) })];
    }

    private sealed class Row
    {
        public float Score { get; set; }

        public bool Label { get; set; }
    }

    private sealed class Unlabeled
    {
        public float Score { get; set; }
    }

    private sealed class LabelOnly
    {
        public bool Label { get; set; }
    }

    private sealed class Output
    {
        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }
}
