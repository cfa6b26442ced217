namespace CDNet.MLNet.Torch.Tests;

[TestClass]
public sealed class TrainingMetricTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Lines_come_back_as_they_were_written()
    {
        TrainingMetric[] metrics =
        [
            new(TrainingMetric.Steps, 1, 1, 20, 0.5, null, 1e-3, 16.5, 12.25),
            new(TrainingMetric.EndOfEpoch, 2, 0, 0, double.NaN, 0.75, null, 0, 30, 0.9),
        ];
        File.WriteAllLines(_folder.File(TrainingMetric.FileName), metrics.Select(metric => metric.ToJson()));

        CollectionAssert.AreEqual(metrics, TrainingMetric.Read(_folder.File(TrainingMetric.FileName)).ToArray());
        Assert.AreEqual("""{"kind":"step","stage":1,"epoch":1,"step":20,"loss":0.5,"learningRate":0.001,"rowsPerSecond":16.5,"seconds":12.25}""", metrics[0].ToJson());
    }

    [TestMethod]
    public void A_line_that_is_none_is_named()
    {
        File.WriteAllLines(_folder.File("m.jsonl"), [new TrainingMetric(TrainingMetric.Steps, 1, 1, 20, 0.5, null, null, 1, 1).ToJson(), "{\"kind\":"]);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => TrainingMetric.Read(_folder.File("m.jsonl")));

        StringAssert.Contains(error.Message, "m.jsonl, line 2");
    }
}
