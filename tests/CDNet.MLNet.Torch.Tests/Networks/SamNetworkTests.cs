using CDNet.MLNet.Torch.Networks;
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
}
