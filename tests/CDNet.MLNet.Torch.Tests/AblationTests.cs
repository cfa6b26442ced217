using CDNet.MLNet.Decision;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Torch.Tests;

/// <summary>The four cells of the paper's Table 2: {Xception, selective attention module} x {fully connected head, cluster decision}.</summary>
[TestClass]
public sealed class AblationTests
{
    private const int Rows = 16;

    private readonly MLContext _context = new(1);
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("sam", DecisionHead.Cluster, 200)]
    [DataRow("sam", DecisionHead.FullyConnected, 200)]
    [DataRow("xception", DecisionHead.Cluster, 2048)]
    [DataRow("xception", DecisionHead.FullyConnected, 2048)]
    public void Every_network_trains_with_every_head_and_is_saved_and_loaded(string network, DecisionHead head, int features)
    {
        var options = SmallCrops.Options() with { Network = network, Head = head, EpochsStage1 = 1 };
        var data = SmallCrops.Data(Rows);
        IEstimator<ITransformer> decision = head == DecisionHead.Cluster
            ? _context.BinaryClassification.Trainers.ClusterDecision()
            : _context.BinaryClassification.Trainers.FullyConnectedDecision();

        using var module = _context.Transforms.SamFeatures(options).Fit(data);
        var described = module.Transform(data);
        var decided = decision.Fit(described);
        var model = new TransformerChain<ITransformer>(module, decided);
        _context.Model.Save(model, data.Schema, _folder.File("model.zip"));
        var loaded = _context.Model.Load(_folder.File("model.zip"), out _);

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, features), described.Schema["Features"].Type);
        Assert.AreEqual((network, $"{head}", head == DecisionHead.Cluster), (module.Report.Network, module.Report.Head, module.Report.BestStage2 is not null));
        Assert.AreEqual(head == DecisionHead.FullyConnected, module.Head is not null);
        Assert.AreEqual(head == DecisionHead.Cluster ? features : null, module.Centres?.Length);
        var scores = model.Transform(data).GetColumn<float>("Score").ToArray();
        Assert.IsTrue(scores.All(float.IsFinite));
        CollectionAssert.AreEqual(scores, loaded.Transform(data).GetColumn<float>("Score").ToArray());
        if (network == "xception")
        {
            var faces = _context.Data.LoadFromEnumerable(SmallCrops.Rows(Rows).Select(row => new FaceOnly { Face = row.Face }));
            CollectionAssert.AreEqual(scores, model.Transform(faces).GetColumn<float>("Score").ToArray(), "it reads the face alone");
        }
        if (module.Head is { } trained)
        {
            var byHand = described.GetColumn<float[]>("Features").Select(row => trained.Score(row)).ToArray();
            for (var i = 0; i < scores.Length; i++)
                Assert.AreEqual(byHand[i], scores[i], 1e-4f * Math.Max(1, Math.Abs(byHand[i])));
            CollectionAssert.AreEqual(trained.Weights, ((FullyConnectedDecisionTransformer)decided).Head.Weights);
        }
    }

    [TestMethod]
    public void Fully_connected_head_learns_stripes()
    {
        var (training, test) = (SmallCrops.Data(120, seed: 1), SmallCrops.Data(60, seed: 2));
        var options = SmallCrops.Options() with { Head = DecisionHead.FullyConnected, EpochsStage1 = 4, LearningRate = 3e-3, SamplingKeyColumnName = "Video" };

        using var model = _context.Transforms.SamFeatures(options).Append(_context.BinaryClassification.Trainers.FullyConnectedDecision()).Fit(training);

        Assert.IsGreaterThan(0.95, _context.BinaryClassification.Evaluate(model.Transform(test)).AreaUnderRocCurve);
        Assert.IsTrue(((SamFeatureTransformer)model.First()).Report.Epochs.All(epoch => epoch.Stage == 1));
    }

    [TestMethod]
    public void Unknown_head_is_refused_by_name()
        => StringAssert.Contains(Assert.Throws<ArgumentException>(() => new SamFeatureOptions { Head = (DecisionHead)7 }.Validate()).Message, "Head is 7; expected one of Cluster, FullyConnected");

    private sealed class FaceOnly
    {
        [VectorType(3, SmallCrops.FaceSide, SmallCrops.FaceSide)]
        public byte[] Face { get; set; } = [];
    }
}
