using CDNet.MLNet.Cluster;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Tests.Networks;
using CDNet.MLNet.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Training;

/// <summary>A training that goes on from a saved model begins with a network that computes what the saved one does.</summary>
[TestClass]
public sealed class StartingModelTests
{
    private static readonly FeatureSignature Small = new(48, 16);

    [TestMethod]
    public void Network_of_the_model_that_comes_with_the_library_is_read_back()
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(3));
        var start = StartingModel.Load(CDNetModel.DefaultName, network, new FeatureSignature(299, 64));
        start.CopyTo(network);
        network.eval();
        using var zip = CDNetModel.OpenDefault();
        var graph = ModelArchive.Read(zip, "default").FindWith(FeatureGraph.TrainingKey)!;
        using var session = new InferenceSession(Google.Protobuf.MessageExtensions.ToByteArray(graph));
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(1, 299, 64);
        using var guard = no_grad();

        var found = network.Features(faces, parts, amplitudes).data<float>().ToArray();

        AssertNear(NetworkSamples.Run(session, network.Graph, faces, parts, amplitudes), found, 1e-3f);
        using var model = CDNetModel.LoadDefault();
        Assert.AreEqual(model.Sha256, start.Sha256);
        // At the centres the head is as sure as it should be, between them it does not know: Eq. 5.
        Assert.AreEqual(2, LogitAt(start, model.Centres!.Fake), 1e-3);
        Assert.AreEqual(-2, LogitAt(start, model.Centres.Real), 1e-3);
        Assert.AreEqual(0, LogitAt(start, [.. model.Centres.Fake.Zip(model.Centres.Real, (fake, real) => (fake + real) / 2)]), 1e-3);
    }

    [TestMethod]
    public void Unfolded_batch_norms_have_the_statistics_of_their_inputs_and_change_nothing()
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(4));
        NetworkSamples.Scramble(network);
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(6, 48, 16);
        using var guard = no_grad();
        network.eval();
        var before = network.Features(faces, parts, amplitudes).data<float>().ToArray();

        StartingModel.Unfold(network, () => network.Features(faces, parts, amplitudes));

        AssertNear(before, network.Features(faces, parts, amplitudes).data<float>().ToArray(), 2e-3f);
    }

    [TestMethod]
    public void Unfolded_network_computes_nearly_the_same_in_a_step()
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(4));
        NetworkSamples.Scramble(network);
        using var folded = Folded(network);
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(6, 48, 16);
        using var guard = no_grad();
        StartingModel.Unfold(folded, () => folded.Features(faces, parts, amplitudes));
        folded.eval();
        var still = folded.Features(faces, parts, amplitudes).data<float>().ToArray();

        folded.train();
        var stepping = folded.Features(faces, parts, amplitudes).data<float>().ToArray();

        // The batch is the one that was measured, so its own statistics are those of the norms.
        AssertNear(still, stepping, 5e-2f);
    }

    [TestMethod]
    public void Training_goes_on_from_a_saved_model()
    {
        using var folder = new TempFolder();
        var context = new MLContext(1);
        var error = Assert.Throws<FileNotFoundException>(() => context.Transforms.SamFeatures(SmallCrops.Options() with { StartFrom = folder.File("none.zip") }).Fit(SmallCrops.Data(32)));
        StringAssert.Contains(error.Message, "none.zip");

        using var model = context.Transforms.SamFeatures(SmallCrops.Options() with { StartFrom = CDNetModel.DefaultName, EpochsStage1 = 1 }).Fit(SmallCrops.Data(32));

        using var loaded = CDNetModel.LoadDefault();
        Assert.AreEqual(loaded.Sha256, model.Report.StartedFrom);
        StringAssert.Contains(model.Report.ToJson(), loaded.Sha256);
    }

    [TestMethod]
    public void Without_a_stage_1_the_second_goes_on_from_the_centres_of_the_model()
    {
        var options = SmallCrops.Options() with { StartFrom = CDNetModel.DefaultName, EpochsStage1 = 0, EpochsStage2 = 1, Alpha = 0, ScoreForm = ClusterScoreForm.Difference };

        using var model = new MLContext(1).Transforms.SamFeatures(options).Fit(SmallCrops.Data(32));

        using var loaded = CDNetModel.LoadDefault();
        // With alpha 0 centres stay where they are (Eq. 4).
        CollectionAssert.AreEqual(loaded.Centres!.Fake, model.Centres!.Fake);
        CollectionAssert.AreEqual(loaded.Centres.Real, model.Centres.Real);
        CollectionAssert.AreEqual(new[] { (1, 0), (2, 0), (2, 1) }, model.Report.Epochs.Select(epoch => (epoch.Stage, epoch.Epoch)).ToArray());
        // The head made of the centres ranks as their difference does, and not as their ratio; of the 15 pairs of a fake and a real row, one may be as near as rounding.
        Assert.AreEqual(model.Report.BestStage1.ValidationAuc, model.Report.Epochs[1].ValidationAuc, 1.01 / 15);
    }

    [TestMethod]
    public void Stage_1_is_left_out_only_where_there_are_centres_and_a_stage_2()
    {
        var options = SmallCrops.Options() with { EpochsStage1 = 0 };
        StringAssert.Contains(Assert.Throws<ArgumentException>(options.Validate).Message, "EpochsStage1 is 0, but StartFrom names no model");
        options = options with { StartFrom = CDNetModel.DefaultName, EpochsStage2 = 1 };
        options.Validate();
        StringAssert.Contains(Assert.Throws<ArgumentException>((options with { EpochsStage2 = 0 }).Validate).Message, "Nothing would be trained");
        StringAssert.Contains(Assert.Throws<ArgumentException>((options with { Head = DecisionHead.FullyConnected }).Validate).Message, "Head is FullyConnected");
    }

    [TestMethod]
    public void Widened_model_is_read_back_trained_and_saved_as_one()
    {
        using var folder = new TempFolder();
        var wide = WideModel.Write(folder.File("wide.zip"));
        var beyond = Projection.Read(wide).WeightBeyond;
        var options = SmallCrops.Options() with { StartFrom = wide, EpochsStage1 = 0, EpochsStage2 = 1, Alpha = 0 };

        using var model = new MLContext(1).Transforms.SamFeatures(options).Fit(SmallCrops.Data(32));

        var network = ModelArchive.Of(model).FindWith(FeatureGraph.TrainingKey)!;
        Assert.IsTrue(SamWidening.LayoutOf(network).IsWide);
        Assert.AreEqual(SamLayout.Wide.Length, PartMeans.Read(network)!.Real.Length);
        CollectionAssert.AreEqual(beyond, SavedNetwork.Numbers(SavedNetwork.Find(network.Graph, SamWidening.Weights)!, "model"), "only a fit changes them");
        CollectionAssert.AreNotEqual(Array.Empty<float>(), beyond.Where(weight => weight != 0).ToArray());
    }

    [TestMethod]
    public void Widened_network_of_a_model_is_read_back()
    {
        using var folder = new TempFolder();
        var wide = WideModel.Write(folder.File("wide.zip"));
        using var network = new SamNetwork(NetworkSamples.Full, new Random(3));
        StartingModel.Load(wide, network, new FeatureSignature(299, 64)).CopyTo(network);
        network.eval();
        using var zip = CDNetModel.OpenZip(wide);
        using var session = new InferenceSession(Google.Protobuf.MessageExtensions.ToByteArray(ModelArchive.Read(zip, wide).FindWith(FeatureGraph.TrainingKey)!));
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(1, 299, 64);
        using var guard = no_grad();

        AssertNear(NetworkSamples.Run(session, network.Graph, faces, parts, amplitudes), network.Features(faces, parts, amplitudes).data<float>().ToArray(), 2e-3f);
    }

    [TestMethod]
    public void Model_of_another_network_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => StartingModel.Load(CDNetModel.DefaultName, NetworkSamples.Shared("xception"), Small));

        StringAssert.Contains(error.Message, "StartFrom is default, whose network is sam; Network is xception.");
    }

    [TestMethod]
    [DataRow("sam")]
    [DataRow("xception")]
    public void Head_for_scoring_gives_the_logits_of_the_head_that_it_sets(string name)
    {
        var network = NetworkSamples.Shared(name);
        using var guard = no_grad();
        var head = network.ToHead();
        var features = randn([4, network.FeatureCount]);
        var before = network.Logits(features).data<float>().ToArray();

        network.SetHead(head);

        AssertNear(before, network.Logits(features).data<float>().ToArray(), 1e-4f);
    }

    /// <summary>The network as a saved model has it: norms in the convolutions.</summary>
    private static SamNetwork Folded(SamNetwork network)
    {
        var folded = new SamNetwork(NetworkSamples.Full, new Random(5));
        var graph = CDNet.MLNet.Onnx.Protobuf.ModelProto.Parser.ParseFrom(network.Graph.Build(network.ToWeights(), Small, "{}"));
        new StartingModel(SavedNetwork.Read(graph, network.Graph, folded.ToWeights(), Small, "saved"), network.ToHead(), Centres: null, "").CopyTo(folded);
        return folded;
    }

    private static double LogitAt(StartingModel model, float[] features) => model.Head.Bias + features.Zip(model.Head.Weights, (feature, weight) => (double)feature * weight).Sum();

    private static void AssertNear(float[] expected, float[] found, float tolerance)
    {
        Assert.AreEqual(expected.Length, found.Length);
        var scale = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], tolerance * scale, $"number {i}");
    }
}
