using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Detection;
using CDNet.MLNet.Torch.Networks;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Detection;

[TestClass]
public sealed class KeypointNetworkTests
{
    private const int Side = KeypointSpec.InputSide;

    [TestMethod]
    public void Graph_and_network_say_the_same_and_detector_and_network_are_small_together()
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var network = TrainedNorms.Of(new KeypointNetwork(new Random(1)));
        var windows = randint(0, 256, [3, 3, Side, Side], ScalarType.Byte);
        using var guard = no_grad();
        var expected = network.call(windows).data<float>().ToArray();

        var both = FaceDetectorModel.Embedded.WithKeypointNetwork(KeypointGraph.Build(network.ToWeights()));

        Assert.IsLessThanOrEqualTo(600_000, both.Onnx.Length);
        var pixels = windows.permute(0, 2, 3, 1).contiguous().data<byte>().ToArray();
        using var session = new InferenceSession(both.Part(KeypointGraph.Output));
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [3, Side, Side, 3]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [KeypointGraph.Input], [input], [KeypointGraph.Output]);
        var found = outputs[0].GetTensorDataAsSpan<float>();
        Assert.AreEqual(3 * FaceKeypoints.Length, found.Length);
        for (var i = 0; i < found.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])), $"{i}");
        Assert.AreNotEqual(found[0], found[FaceKeypoints.Length], 1e-3f, "each window has its own points");
    }

    [TestMethod]
    public void Untrained_network_puts_all_points_near_the_middle()
    {
        TorchRuntime.EnsureLoaded();
        using var network = new KeypointNetwork(new Random(2));
        network.eval();
        using var guard = no_grad();
        using var windows = full([1, 3, Side, Side], 128, ScalarType.Byte);

        using var points = network.call(windows);

        Assert.IsTrue(points.data<float>().All(value => value is > 0.3f and < 0.7f));
    }
}
