using CDNet.MLNet.Faces;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Tests.Onnx;

[TestClass]
public sealed class OnnxChannelPaddingTests
{
    [TestMethod]
    public void Embedded_detector_gives_the_same_with_channels_by_sixteen()
        => AssertSame(BlazeFaceGraph.Input, BlazeFaceGraph.Output, CompactBlazeFace.InputSide, keptKernels: CompactBlazeFace.Levels.Count);

    [TestMethod]
    public void Network_for_key_points_gives_the_same_with_channels_by_sixteen()
        => AssertSame(KeypointGraph.Input, KeypointGraph.Output, KeypointSpec.InputSide, keptKernels: 0);

    [TestMethod]
    public void Network_with_operators_that_are_not_known_stays_as_it_is()
    {
        var graph = new OnnxGraphBuilder("other");
        var pixels = graph.Input("x", OnnxType.Float, OnnxGraphBuilder.Batch, 3, 8, 8);
        var maps = graph.Node("Conv", [pixels, graph.Constant(new float[24 * 3], 24, 3, 1, 1)]);
        graph.Output(graph.Node("HardSwish", [graph.Node("Relu", [maps])]), "y", OnnxType.Float, OnnxGraphBuilder.Batch, 24, 8, 8);
        var model = graph.Build();

        Assert.AreSame(model, OnnxChannelPadding.Apply(model));
    }

    [TestMethod]
    public void Bytes_that_are_no_model_stay_as_they_are()
    {
        byte[] bytes = [1, 2, 3, 255, 255];

        Assert.AreSame(bytes, OnnxChannelPadding.Apply(bytes));
    }

    private static void AssertSame(string input, string output, int side, int keptKernels)
    {
        var model = FaceDetectorModel.Embedded.Part(output);

        var padded = OnnxChannelPadding.Apply(model);

        var kernels = ModelProto.Parser.ParseFrom(padded).Graph.Initializer.Where(tensor => tensor.Dims.Count == 4).Select(tensor => tensor.Dims[0]).ToArray();
        Assert.AreEqual(keptKernels, kernels.Count(channels => channels % 16 != 0), "only heads keep their channels");
        Assert.AreNotEqual(model.Length, padded.Length);
        var (expected, found) = (Run(model, input, output, side), Run(padded, input, output, side));
        Assert.HasCount(expected.Length, found);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-5f);
    }

    private static float[] Run(byte[] model, string name, string output, int side)
    {
        var pixels = new byte[2 * side * side * 3];
        new Random(3).NextBytes(pixels);
        using var session = new InferenceSession(model);
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [2, side, side, 3]);
        using var outputs = session.Run(run, [name], [input], [output]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
