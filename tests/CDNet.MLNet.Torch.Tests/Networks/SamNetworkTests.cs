using System.Runtime.InteropServices;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Torch.Networks;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Networks;

[TestClass]
public sealed class SamNetworkTests
{
    [TestMethod]
    public void Parts_have_the_parameters_of_the_reference()
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(1));
        long Count(string prefix) => network.named_parameters().Where(named => named.name.StartsWith(prefix, StringComparison.Ordinal)).Sum(named => named.parameter.numel());

        Assert.AreEqual(517_600, Count("part."));
        Assert.AreEqual(600_288, Count("face."));
        Assert.AreEqual(384_200, Count("projection."));
        Assert.AreEqual(201, Count("head."));
    }

    [TestMethod]
    public void Initial_weights_have_the_deviation_of_the_reference()
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(1));
        var kernel = network.state_dict()["face.blocks.3.separables.0.pointwise.weight"];

        // 1x1 kernels to 256 channels: sqrt(2 / 256); 32,768 of them, so the estimate is within 2%.
        Assert.AreEqual(Math.Sqrt(2.0 / 256), kernel.std().item<float>(), 0.02 * Math.Sqrt(2.0 / 256));
        Assert.AreEqual(0, kernel.mean().item<float>(), 0.002);
        Assert.IsTrue(network.modules().OfType<BatchNorm2d>().All(norm => norm.weight!.eq(1).all().item<bool>() && norm.bias!.eq(0).all().item<bool>()));
    }

    [TestMethod]
    public void Initial_weights_follow_the_seed()
    {
        float[] First(int seed)
        {
            using var network = new SamNetwork(NetworkSamples.Full, new Random(seed));
            return network.ToWeights()["face.blocks.0.separables.0.pointwise.weight"].Values;
        }

        CollectionAssert.AreEqual(First(1), First(1));
        CollectionAssert.AreNotEqual(First(1), First(2));
    }

    [TestMethod]
    public void Every_crop_and_every_amplitude_changes_the_features()
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(1));
        network.eval();
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(1, 48, 16);
        using var guard = no_grad();
        var before = network.Features(faces, parts, amplitudes);

        for (var part = 0; part < 4; part++)
        {
            var changed = parts.clone();
            changed[part].fill_(7);
            Assert.IsFalse(network.Features(faces, changed, amplitudes).allclose(before), $"part {part}");
        }
        for (var crop = 0; crop < 5; crop++)
        {
            var changed = amplitudes.clone();
            changed.slice(1, crop * 128, (crop + 1) * 128, 1).add_(1);
            Assert.IsFalse(network.Features(faces, parts, changed).allclose(before), $"amplitudes {crop}");
        }
    }

    [TestMethod]
    public void Widened_it_computes_what_its_graph_does()
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(2));
        NetworkSamples.Scramble(network);
        network.eval();
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(1, 48, 16);
        using var guard = no_grad();
        var narrow = network.Features(faces, parts, amplitudes);
        network.Widen();
        Assert.IsTrue(network.Features(faces, parts, amplitudes).allclose(narrow, 1e-5, 1e-5), "with weights of 0 nothing changes");
        SetBeyond(network);

        var features = network.Features(faces, parts, amplitudes).data<float>().ToArray();

        Assert.AreEqual(SamLayout.Wide.Length, network.Vector(faces, parts, amplitudes).shape[1]);
        using var session = new InferenceSession(network.Graph.Build(network.ToWeights(), new FeatureSignature(48, 16), "{}"));
        var found = NetworkSamples.Run(session, network.Graph, faces, parts, amplitudes);
        var plain = narrow.data<float>().ToArray();
        Assert.IsGreaterThan(0.1f, features.Zip(plain, (one, other) => Math.Abs(one - other)).Max());
        for (var i = 0; i < found.Length; i++)
            Assert.AreEqual(features[i], found[i], 2e-3f * Math.Max(1, Math.Abs(features[i])), $"feature {i}");
    }

    [TestMethod]
    public void Widened_it_has_gradients_where_a_map_does_not_vary_and_none_for_the_weights_beyond()
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(2));
        network.Widen();
        SetBeyond(network);
        network.eval();
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(1, 48, 16);

        network.Features(faces.fill_(9), parts.fill_(9), amplitudes).sum().backward();

        var gradients = network.named_parameters().Where(named => named.parameter.grad is not null).Select(named => named.parameter.grad!).ToArray();
        Assert.IsGreaterThan(100, gradients.Length);
        Assert.IsTrue(gradients.All(gradient => gradient.isfinite().all().item<bool>()));
        Assert.IsFalse(network.named_parameters().Any(named => named.name.StartsWith("wide", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void All_that_it_computes_with_goes_to_the_device_with_it(bool isWide)
    {
        // The device without memory tells where tensors are, and computes all but convolutions.
        using var network = new SamNetwork(NetworkSamples.Full, new Random(2));
        if (isWide)
            network.Widen();
        network.eval();
        network.to(META);
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(2, 48, 16);
        using var guard = no_grad();

        network.SetAmplitudeStatistics([.. Enumerable.Repeat(0.4f, SamSpec.AllAmplitudes)], [.. Enumerable.Repeat(0.3f, SamSpec.AllAmplitudes)]);

        Assert.IsTrue(network.NamedTensors().Values.All(tensor => tensor.device_type == DeviceType.META));
        // Amplitudes are standardised and pixels normalised before the first one, by tensors that would be elsewhere, or gone.
        var error = Assert.Throws<ExternalException>(() => network.Features(faces.to(META), parts.to(META), amplitudes.to(META)));
        StringAssert.StartsWith(error.Message, "convolution");
    }

    /// <summary>Gives what the blocks show weights, and a direction.</summary>
    private static void SetBeyond(SamNetwork network)
    {
        using var guard = no_grad();
        using var generator = new Generator(7);
        var tensors = network.NamedTensors();
        tensors[SamWidening.Weights].copy_((rand(tensors[SamWidening.Weights].shape, generator: generator) - 0.5) / 100);
        tensors[SamWidening.Direction].copy_(rand(tensors[SamWidening.Direction].shape, generator: generator));
    }
}
