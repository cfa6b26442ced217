using CDNet.MLNet.Networks.Quantization;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Tests.Networks.Quantization;

/// <summary>A convolution of four channels to two, ReLU, each channel for itself, and their sum: small enough to work out by hand.</summary>
[TestClass]
public sealed class QuantizedGraphTests
{
    // Multiples of 1/127 of the largest of a row are exact.
    private static readonly float[] Pointwise = [1.27f, -0.5f, 0.25f, 0.01f, 2.54f, 0.02f, -2.54f, 1];
    private static readonly float[] Bias = [0.5f, -1];
    private static readonly float[] Depthwise = [1.27f, 2.54f];
    private static readonly float[] Last = [1.27f, -0.63f, 0.1f, 1.27f];
    private static readonly float[] Pixel = [1, 2, 0.5f, 0.25f];

    [TestMethod]
    public void Numbers_that_bytes_hold_come_out_as_they_are()
    {
        var model = Model();
        var part = new QuantizablePart(model.Graph);

        // Every range has steps of 0.01, and every number above is a multiple of it where it is rounded.
        QuantizedGraph.Apply(model.Graph, part.Tensors.ToDictionary(tensor => tensor, tensor => new ActivationRange(-1.27f, 1.28f)));

        // (0.8, 0.4, 0.5, 0.25): 1.016 - 0.2 + 0.125 + 0.0025 + 0.5 = 1.4435, above the range: 1.28. And 2.032 + 0.008 - 1.27 + 0.25 - 1 = 0.02.
        // Each channel for itself: 1.6256, cut to 1.28, and 0.0508, rounded to 0.05. 1.6256 - 0.0315 cut to 1.28; 0.128 + 0.0635 = 0.1915, rounded to 0.19.
        float[] expected = [1.28f, 0.19f];
        var found = Run(model, [0.8f, 0.4f, 0.5f, 0.25f]);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-5f);
    }

    [TestMethod]
    public void With_wide_ranges_it_computes_the_same_but_for_rounding()
    {
        var (full, eight) = (Model(), Model());
        QuantizedGraph.Apply(eight.Graph, new QuantizablePart(eight.Graph).Tensors.ToDictionary(tensor => tensor, tensor => new ActivationRange(-8, 8)));

        var (expected, found) = (Run(full, Pixel), Run(eight, Pixel));

        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 0.2f);
        Assert.IsGreaterThan(0.5f, expected[0]);
        Assert.IsTrue(eight.Graph.Node.Any(node => node.OpType == "QuantizeLinear"));
        Assert.IsFalse(eight.Graph.Initializer.Any(tensor => tensor.DataType == (int)OnnxType.Float && tensor.Dims.Count == 4), "kernels in 32 bits are left");
    }

    [TestMethod]
    public void What_is_kept_as_bytes_is_what_convolutions_read_and_give_but_not_what_only_goes_through_a_relu()
    {
        var graph = Model().Graph;
        var part = new QuantizablePart(graph);

        string Output(int node) => graph.Node[node].Output[0];
        CollectionAssert.AreEqual(new[] { "pixels", Output(1), Output(2), Output(3) }, part.Tensors.ToArray());
    }

    [TestMethod]
    public void A_tensor_without_a_range_is_refused_by_name()
        => StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => QuantizedGraph.Apply(Model().Graph, new Dictionary<string, ActivationRange>())).Message, "pixels");

    [TestMethod]
    public void Evened_out_channels_are_equally_large_and_the_graph_computes_the_same()
    {
        var model = Model();
        var before = Run(model, Pixel);
        var group = ChannelGroup.Of(model.Graph).First();

        // Between the first two convolutions one channel is 16 times as large as the other.
        Assert.AreEqual((1, 1, 1), (group.Tensors.Count, group.Makers.Count, group.Readers.Count));
        var factors = ChannelEqualizer.Factors(model.Graph, ChannelGroup.Of(model.Graph).SelectMany(each => each.Tensors).ToDictionary(tensor => tensor, tensor => tensor == group.Tensors[0] ? new[] { 16f, 1 } : [1, 1]));
        ChannelEqualizer.Apply(model.Graph, factors);

        CollectionAssert.AreEqual(new byte[] { 0, 128 }, factors[group.Tensors[0]]);
        var after = Run(model, Pixel);
        for (var i = 0; i < before.Length; i++)
            Assert.AreEqual(before[i], after[i], 1e-5f);
        var bias = CDNet.MLNet.Networks.SavedNetwork.Numbers(CDNet.MLNet.Networks.SavedNetwork.Find(model.Graph, group.Makers[0].Input[2])!, "");
        Assert.AreEqual(0.5f, bias[0], 1e-6f);
        Assert.AreEqual(-16f, bias[1], 1e-4f);
    }

    private static ModelProto Model()
    {
        var graph = new OnnxGraphBuilder("small");
        graph.Input("pixels", OnnxType.Float, Batch, 4, 1, 1);
        string Convolution(string x, string[] constants, long groups)
            => graph.Node("Conv", [x, .. constants], Attribute("kernel_shape", [1, 1]), Attribute("strides", [1, 1]), Attribute("pads", [0, 0, 0, 0]), Attribute("group", groups));
        var first = graph.Node("Relu", [Convolution("pixels", [graph.Constant(Pointwise, 2, 4, 1, 1), graph.Constant(Bias, 2)], 1)]);
        var second = Convolution(first, [graph.Constant(Depthwise, 2, 1, 1, 1)], 2);
        graph.Output(Convolution(second, [graph.Constant(Last, 2, 2, 1, 1)], 1), "out", OnnxType.Float, Batch, 2, 1, 1);
        return ModelProto.Parser.ParseFrom(graph.Build());
    }

    private static float[] Run(ModelProto model, float[] pixel)
    {
        using var session = new InferenceSession(model.ToByteArray());
        using var input = OrtValue.CreateTensorValueFromMemory(pixel, [1, 4, 1, 1]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["pixels"], [input], ["out"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
