using CDNet.MLNet.Decision;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Decision;

[TestClass]
public sealed class FullyConnectedDecisionTests
{
    private static readonly FullyConnectedHead Head = new([1, -2, 0.5f], 0.25f);

    private readonly MLContext _context = new(1);
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Score_by_hand()
    {
        // 3 - 4 + 1 + 0.25 = 0.25; sigmoid(0.25) = 0.562177. 0 - 2 + 0 + 0.25 = -1.75; sigmoid(-1.75) = 0.148047.
        var rows = Score(Fit([3, 2, 2], [0, 1, 0]), [3, 2, 2], [0, 1, 0]);

        Assert.AreEqual(0.25f, rows[0].Score, 1e-6f);
        Assert.AreEqual(0.562177f, rows[0].Probability, 1e-5f);
        Assert.IsTrue(rows[0].PredictedLabel);
        Assert.AreEqual(-1.75f, rows[1].Score, 1e-6f);
        Assert.AreEqual(0.148047f, rows[1].Probability, 1e-5f);
        Assert.IsFalse(rows[1].PredictedLabel);
        Assert.AreEqual(Head.Score([3, 2, 2]), rows[0].Score, 1e-6f);
    }

    [TestMethod]
    public void Features_that_are_no_numbers_give_no_score_and_are_not_called_fake()
    {
        var row = Score(Fit([1, 1, 1]), [float.NaN, float.NaN, float.NaN]).Single();

        Assert.IsTrue(float.IsNaN(row.Score) && float.IsNaN(row.Probability));
        Assert.IsFalse(row.PredictedLabel);
        Assert.IsTrue(float.IsNaN(Head.Score([1, float.NaN, 1])));
    }

    [TestMethod]
    public void Loaded_model_gives_the_same_bits()
    {
        float[][] rows = [[0.1f, 0.2f, 0.3f], [-4, 5, 6]];
        var model = Fit(rows);
        _context.Model.Save(model, Data(rows).Schema, _folder.File("model.zip"));
        var loaded = _context.Model.Load(_folder.File("model.zip"), out _);

        CollectionAssert.AreEqual(
            Score(model, rows).Select(row => row.Score).ToArray(), Score(loaded, rows).Select(row => row.Score).ToArray());
    }

    [TestMethod]
    public void Features_without_a_head_are_refused_with_what_to_do()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _context.BinaryClassification.Trainers.FullyConnectedDecision().Fit(Data([1, 2, 3])));

        StringAssert.Contains(error.Message, "Features carries no fully connected head");
        StringAssert.Contains(error.Message, "Head = FullyConnected");
    }

    [TestMethod]
    public void Head_of_another_length_is_refused()
    {
        var options = new FullyConnectedDecisionOptions { Head = new FullyConnectedHead([1, 2], 0) };

        var error = Assert.ThrowsExactly<ArgumentException>(() => _context.BinaryClassification.Trainers.FullyConnectedDecision(options).Fit(Data([1, 2, 3])));

        StringAssert.Contains(error.Message, "2 weights");
        StringAssert.Contains(error.Message, "3 features");
    }

    [TestMethod]
    public void Missing_feature_column_is_refused_by_name()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _context.BinaryClassification.Trainers.FullyConnectedDecision("Other").Fit(Data([1, 2, 3])));

        StringAssert.Contains(error.Message, "Other");
        StringAssert.Contains(error.Message, "Features");
    }

    [TestMethod]
    public void Head_of_numbers_that_are_not_finite_is_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new FullyConnectedHead([1, float.NaN], 0));
        Assert.ThrowsExactly<ArgumentException>(() => new FullyConnectedHead([1], float.PositiveInfinity));
        Assert.ThrowsExactly<ArgumentException>(() => new FullyConnectedHead([], 0));
    }

    [TestMethod]
    public void Schema_shape_promises_what_the_model_gives()
    {
        var estimator = _context.BinaryClassification.Trainers.FullyConnectedDecision(new FullyConnectedDecisionOptions { Head = Head });

        var promised = estimator.GetOutputSchema(new SchemaShape([SchemaShapes.Vector<float>("Features", NumberDataViewType.Single, 3)])).ToDictionary(column => column.Name);
        var schema = Fit([1, 2, 3]).GetOutputSchema(Data([1, 2, 3]).Schema);

        foreach (var name in new[] { "Score", "Probability", "PredictedLabel" })
            Assert.AreEqual(schema[name].Type, promised[name].ItemType);
        Assert.IsFalse(schema.Any(column => column.Name.StartsWith("__", StringComparison.Ordinal) && !column.IsHidden));
    }

    private FullyConnectedDecisionTransformer Fit(params float[][] rows)
        => _context.BinaryClassification.Trainers.FullyConnectedDecision(new FullyConnectedDecisionOptions { Head = Head }).Fit(Data(rows));

    private IDataView Data(params float[][] rows) => _context.Data.LoadFromEnumerable(rows.Select(row => new Input { Features = row }));

    private Output[] Score(ITransformer model, params float[][] rows) => [.. _context.Data.CreateEnumerable<Output>(model.Transform(Data(rows)), reuseRowObject: false)];

    private sealed class Input
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Output
    {
        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }
}
