using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Torch.Networks;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Networks;

/// <summary>What must hold for every network that options can name.</summary>
[TestClass]
public sealed class NetworkRegistryTests
{
    public static IEnumerable<string> Names => SamFeatureOptions.Networks;

    [TestMethod]
    public void Default_is_the_module_of_the_paper()
    {
        Assert.AreEqual("sam", new SamFeatureOptions().Network);
        CollectionAssert.AreEqual(new[] { "sam", "xception" }, SamFeatureOptions.Networks.ToArray());
    }

    [TestMethod]
    public void Unknown_name_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => new SamFeatureOptions { Network = "resnet" }.Validate());

        StringAssert.Contains(error.Message, "Network is resnet; expected one of sam, xception");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Names_and_shapes_agree(string name)
    {
        var network = NetworkSamples.Shared(name);
        network.eval();
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(3, 48, 16);
        using var guard = no_grad();

        var features = network.Features(faces, parts, amplitudes);

        CollectionAssert.AreEqual(new long[] { 3, network.FeatureCount }, features.shape);
        CollectionAssert.AreEqual(new long[] { 3 }, network.Logits(features).shape);
        Assert.AreEqual(ScalarType.Float32, features.dtype);
        Assert.AreEqual("Face", network.Graph.Columns[0]);
        Assert.AreEqual(1, NetworkRegistry.All.Count(entry => entry.Graph.GraphName == network.Graph.GraphName));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Joined_graph_takes_a_batch_of_faces_as_the_trained_network_does(string name)
    {
        var network = NetworkSamples.Shared(name);
        NetworkSamples.Scramble(network);
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(3, 48, 16);
        var model = ModelProto.Parser.ParseFrom(network.Graph.Build(network.ToWeights(), new FeatureSignature(48, 16), "{}"));
        var joiner = new OnnxBatchJoiner("joined");
        Assert.IsTrue(OnnxBatchJoiner.IsOfRows(model));
        var features = joiner.Add(model, "network.", input => input)[FeatureSignature.Output];
        using var joined = new InferenceSession(joiner.Build([(features, "features", [network.FeatureCount])]).ToByteArray());
        network.eval();
        using var guard = no_grad();
        var expected = network.Features(faces, parts, amplitudes).data<float>().ToArray();

        var found = NetworkSamples.Run(joined, network.Graph, faces, parts, amplitudes, isBatch: true);

        Assert.AreEqual(3 * network.FeatureCount, found.Length);
        for (var i = 0; i < found.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])), $"number {i}");
    }

    // 1,502,289 is the reference's count. Xception for 1,000 classes is known to have 22,855,952: without its head 2,049,000 fewer, with one for two classes 4,098 more.
    [TestMethod]
    [DataRow("sam", 200, 1_502_289)]
    [DataRow("xception", 2048, 22_855_952 - 2_049_000 + 4_098)]
    public void Parameters_are_those_of_the_references(string name, int features, long expected)
    {
        var network = NetworkSamples.Shared(name);

        Assert.AreEqual(features, network.FeatureCount);
        Assert.AreEqual(expected, network.ParameterCount);
    }

    // By an independent program that walks the layers; the reference says 3.44 for sam, others about 8.4 for Xception.
    [TestMethod]
    [DataRow("sam", 3_437_704_192)]
    [DataRow("xception", 8_355_355_496)]
    public void Cost_of_a_face_is_counted(string name, long expected)
        => Assert.AreEqual(expected, NetworkRegistry.Find(name, "Network").Graph.MultiplyAdds(new FeatureSignature(299, 64)));

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Gradient_reaches_every_parameter(string name)
    {
        var network = NetworkSamples.Shared(name);
        network.train();
        network.zero_grad();
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(4, 64, 16);

        network.HeadLoss(network.Features(faces, parts, amplitudes), tensor(new[] { 1f, 0f, 1f, 1f })).backward();

        foreach (var (parameter, tensor) in network.named_parameters())
        {
            Assert.IsNotNull(tensor.grad, parameter);
            Assert.IsTrue(tensor.grad.isfinite().all().item<bool>() && tensor.grad.ne(0).any().item<bool>(), parameter);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Loss_of_the_head_is_the_cross_entropy_of_its_outputs(string name)
    {
        var network = NetworkSamples.Shared(name);
        using var guard = no_grad();
        var features = randn([5, network.FeatureCount]);
        long[] classes = [1, 0, 0, 1, 0];
        var outputs = network.modules().OfType<Linear>().Last().call(features);
        // A head with one output has that of the reals fixed at 0.
        var both = outputs.shape[1] == 2 ? outputs : cat([zeros_like(outputs), outputs], 1);

        var loss = network.HeadLoss(features, tensor(classes).to(ScalarType.Float32));

        Assert.AreEqual(nn.functional.cross_entropy(both, tensor(classes)).item<float>(), loss.item<float>(), 1e-5f);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Weights_of_rows_weigh_their_losses(string name)
    {
        var network = NetworkSamples.Shared(name);
        using var guard = no_grad();
        var features = randn([2, network.FeatureCount]);
        float Loss(int row) => network.HeadLoss(features[row].unsqueeze(0), tensor(new[] { row == 0 ? 1f : 0f })).item<float>();

        var loss = network.HeadLoss(features, tensor(new[] { 1f, 0f }), new Torch.Training.ClassWeights(Fake: 0.5, Real: 3).Of(tensor(new[] { 1f, 0f })));

        Assert.AreEqual((0.5f * Loss(0) + 3 * Loss(1)) / 2, loss.item<float>(), 1e-5f);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Channels_last_kernels_change_no_feature(string name)
    {
        var network = NetworkSamples.Shared(name);
        network.eval();
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(2, 48, 16);
        using var guard = no_grad();
        using var before = network.Features(faces, parts, amplitudes);

        ChannelsLast.ApplyToKernels(network);
        using var after = network.Features(faces, parts, amplitudes);

        Assert.IsLessThan(1e-4f, (before - after).abs().max().item<float>());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Reduced_precision_is_close_to_full_precision(string name)
    {
        var full = NetworkSamples.Shared(name);
        using var reduced = NetworkRegistry.Find(name, "Network").Create(new ComputePrecision(ScalarType.BFloat16), new Random(1));
        reduced.load_state_dict(full.state_dict());
        full.eval();
        reduced.eval();
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(2, 48, 16);
        using var guard = no_grad();

        var exact = full.Features(faces, parts, amplitudes);
        var difference = (exact - reduced.Features(faces, parts, amplitudes)).norm() / exact.norm();

        Assert.IsLessThan(0.05f, difference.item<float>());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Onnx_gives_the_features_of_TorchSharp_with_trained_batch_norms(string name)
    {
        var network = NetworkSamples.Shared(name);
        NetworkSamples.Scramble(network);
        network.eval();
        foreach (var signature in new[] { new FeatureSignature(48, 16), new FeatureSignature(299, 64) })
        {
            using var session = new InferenceSession(network.Graph.Build(network.ToWeights(), signature, "{}"));
            Assert.HasCount(network.Graph.Columns.Count, session.InputNames);
            for (var seed = 0; seed < 2; seed++)
            {
                var (faces, parts, amplitudes) = NetworkSamples.Inputs(1, signature.FaceSide, signature.PartSide, seed);
                using var guard = no_grad();
                var expected = network.Features(faces, parts, amplitudes).data<float>().ToArray();

                var actual = NetworkSamples.Run(session, network.Graph, faces, parts, amplitudes);

                Assert.HasCount(network.FeatureCount, actual);
                for (var i = 0; i < actual.Length; i++)
                    Assert.AreEqual(expected[i], actual[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])), $"feature {i} at {signature.FaceSide}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Onnx_gives_nan_where_there_is_no_face(string name)
    {
        var network = NetworkSamples.Shared(name);
        using var session = new InferenceSession(network.Graph.Build(network.ToWeights(), new FeatureSignature(48, 16), "{}"));
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(1, 48, 16);

        var features = NetworkSamples.Run(session, network.Graph, zeros_like(faces), parts, amplitudes);

        Assert.IsTrue(features.All(float.IsNaN));
    }
}
