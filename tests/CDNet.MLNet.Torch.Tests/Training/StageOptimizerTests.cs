using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Tests.Networks;
using CDNet.MLNet.Torch.Training;

namespace CDNet.MLNet.Torch.Tests.Training;

/// <summary>Adam's first step moves every number that has a gradient by the rate, whatever the gradient.</summary>
[TestClass]
public sealed class StageOptimizerTests
{
    private const double Rate = 1e-3;

    [TestMethod]
    [DataRow(1, "projection.weight", 1)]
    [DataRow(0.1, "projection.weight", 0.1)]
    [DataRow(0.1, "projection.bias", 0.1)]
    [DataRow(0, "projection.weight", 0)]
    [DataRow(0.1, "face.stem1.weight", 1)]
    [DataRow(0, "part.stem1.weight", 1)]
    public void Projection_takes_its_share_of_the_rate(double share, string name, double times)
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(3));
        using var optimizer = StageOptimizer.Of(network, Rate, share);

        Assert.AreEqual(times * Rate, FirstStep(network, optimizer, name), 0.01 * Rate);
    }

    [TestMethod]
    [DataRow("projection.bias", 0.2)]
    [DataRow("part.stem1.weight", 2)]
    public void Rate_that_is_set_is_shared_too(string name, double times)
    {
        using var network = new SamNetwork(NetworkSamples.Full, new Random(3));
        using var optimizer = StageOptimizer.Of(network, Rate, projectionShare: 0.1);
        optimizer.Rate = 2 * Rate;

        Assert.AreEqual(times * Rate, FirstStep(network, optimizer, name), 0.02 * Rate);
    }

    [TestMethod]
    public void Network_without_a_projection_has_one_rate()
    {
        var network = NetworkSamples.Shared("xception");
        using var optimizer = StageOptimizer.Of(network, Rate, projectionShare: 1);

        Assert.IsTrue(optimizer.States.All(state => state.RateShare == 1));
        Assert.AreEqual(network.ParameterCount, optimizer.States.Sum(state => state.Parameter.numel()));
    }

    /// <summary>How far the tensor's numbers move, the one that moves most.</summary>
    private static double FirstStep(SamNetwork network, AdamOptimizer optimizer, string name)
    {
        var (faces, parts, amplitudes) = NetworkSamples.Inputs(4, 48, 16);
        var tensor = network.NamedTensors()[name];
        using var before = tensor.detach().clone();
        network.train();
        optimizer.ZeroGradients();
        network.Features(faces, parts, amplitudes).square().sum().backward();
        optimizer.Step();
        return (tensor.detach() - before).abs().max().item<float>();
    }
}
