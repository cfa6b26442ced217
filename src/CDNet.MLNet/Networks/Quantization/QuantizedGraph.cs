using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;

namespace CDNet.MLNet.Networks.Quantization;

/// <summary>Lets the convolutions of a graph compute in 8 bits: kernels signed with a scale for each channel, what flows between them unsigned with one for each tensor.</summary>
/// <remarks>It writes pairs of QuantizeLinear and DequantizeLinear around the nodes, which ONNX Runtime turns into integer kernels.</remarks>
internal sealed class QuantizedGraph
{
    private const int LargestWeight = sbyte.MaxValue;

    private readonly GraphProto _graph;
    private readonly QuantizablePart _part;
    private readonly IReadOnlyDictionary<string, ActivationRange> _ranges;
    private readonly List<NodeProto> _nodes = [];
    private readonly Dictionary<string, string> _rounded = [];

    private QuantizedGraph(GraphProto graph, IReadOnlyDictionary<string, ActivationRange> ranges)
        => (_graph, _part, _ranges) = (graph, new QuantizablePart(graph), ranges);

    /// <summary>Changes a graph.</summary>
    /// <param name="graph">The graph; its nodes are changed.</param>
    /// <param name="ranges">The range of each of the <see cref="QuantizablePart.Tensors"/>.</param>
    /// <exception cref="InvalidDataException">A range is missing.</exception>
    public static void Apply(GraphProto graph, IReadOnlyDictionary<string, ActivationRange> ranges) => new QuantizedGraph(graph, ranges).Apply();

    private void Apply()
    {
        if (_part.Tensors.FirstOrDefault(tensor => !_ranges.ContainsKey(tensor)) is { } missing)
            throw new InvalidDataException($"The ranges for 8 bits do not belong to this network: {missing} has none.");
        var tensors = _part.Tensors.ToHashSet();
        foreach (var input in _graph.Input.Where(input => tensors.Contains(input.Name)))
            Round(input.Name);
        foreach (var node in _graph.Node.ToArray())
        {
            // Without a slope it is the same function, and the runtime has it in bytes; behind a convolution it is the convolution's.
            if (_part.Has(node) && node.OpType == "Relu" && tensors.Contains(node.Input[0]))
            {
                node.OpType = "LeakyRelu";
                node.Attribute.Add(new AttributeProto { Name = "alpha", F = 0, Type = AttributeProto.Types.AttributeType.Float });
            }
            if (_part.Has(node) && node.OpType == "Conv")
                QuantizeConstants(node);
            for (var i = 0; i < node.Input.Count; i++)
                node.Input[i] = _rounded.GetValueOrDefault(node.Input[i], node.Input[i]);
            _nodes.Add(node);
            if (tensors.Contains(node.Output[0]))
                Round(node.Output[0]);
        }
        KeepWhatIsRead();
    }

    /// <summary>Puts the nodes into the graph, without the constants whose bytes are there now.</summary>
    private void KeepWhatIsRead()
    {
        var read = _graph.Output.Select(output => output.Name).ToHashSet();
        // Who reads a node stands behind it.
        var kept = new Stack<NodeProto>();
        foreach (var node in Enumerable.Reverse(_nodes).Where(node => node.Output.Any(read.Contains)))
        {
            kept.Push(node);
            read.UnionWith(node.Input);
        }
        TensorProto[] constants = [.. _graph.Initializer.Where(tensor => read.Contains(tensor.Name))];
        _graph.Node.Clear();
        _graph.Node.AddRange(kept);
        _graph.Initializer.Clear();
        _graph.Initializer.AddRange(constants);
    }

    /// <summary>Adds the pair of nodes that make bytes of a tensor and numbers of those.</summary>
    private void Round(string tensor)
    {
        var range = _ranges[tensor];
        var scale = Constant($"{tensor}.scale", OnnxType.Float, [], MemoryMarshal.AsBytes<float>(new[] { range.Scale }));
        var zero = Constant($"{tensor}.zero", OnnxType.UInt8, [], [range.ZeroPoint]);
        _rounded[tensor] = Node("DequantizeLinear", $"{tensor}.rounded", [Node("QuantizeLinear", $"{tensor}.bytes", [tensor, scale, zero]), scale, zero]);
    }

    private void QuantizeConstants(NodeProto node)
    {
        var (kernel, input) = (SavedNetwork.Find(_graph, node.Input[1])!, _ranges[node.Input[0]].Scale);
        var weights = SavedNetwork.Numbers(kernel, node.Name);
        var channels = (int)kernel.Dims[0];
        var length = weights.Length / channels;
        var (bytes, scales) = (new sbyte[weights.Length], new float[channels]);
        for (var channel = 0; channel < channels; channel++)
        {
            var row = weights.AsSpan(channel * length, length);
            scales[channel] = Largest(row) / LargestWeight;
            for (var i = 0; i < length; i++)
                bytes[channel * length + i] = (sbyte)Math.Round(row[i] / scales[channel]);
        }
        node.Input[1] = PerChannel(node.Name + ".kernel", OnnxType.Int8, [.. kernel.Dims], MemoryMarshal.AsBytes<sbyte>(bytes), scales);
        if (node.Input.Count < 3)
            return;
        var bias = SavedNetwork.Numbers(SavedNetwork.Find(_graph, node.Input[2])!, node.Name);
        float[] steps = [.. scales.Select(scale => scale * input)];
        int[] integers = [.. bias.Zip(steps, (number, step) => (int)Math.Clamp(Math.Round(number / (double)step), int.MinValue, int.MaxValue))];
        node.Input[2] = PerChannel(node.Name + ".bias", OnnxType.Int32, [channels], MemoryMarshal.AsBytes<int>(integers), steps);
    }

    private static float Largest(ReadOnlySpan<float> numbers)
    {
        // A channel without any weight still needs a step.
        var largest = 1e-12f;
        foreach (var number in numbers)
            largest = Math.Max(largest, Math.Abs(number));
        return largest;
    }

    private string PerChannel(string name, OnnxType type, long[] shape, ReadOnlySpan<byte> integers, float[] scales)
        => Node(
            "DequantizeLinear", $"{name}.rounded",
            [Constant($"{name}.integers", type, shape, integers), Constant($"{name}.scales", OnnxType.Float, [scales.Length], MemoryMarshal.AsBytes<float>(scales))],
            OnnxGraphBuilder.Attribute("axis", 0));

    private string Node(string operatorType, string name, string[] inputs, params AttributeProto[] attributes)
    {
        _nodes.Add(OnnxGraphBuilder.NodeOf(operatorType, name, inputs, attributes));
        return name;
    }

    private string Constant(string name, OnnxType type, long[] shape, ReadOnlySpan<byte> bytes)
    {
        _graph.Initializer.Add(OnnxGraphBuilder.Tensor(name, type, bytes, shape));
        return name;
    }
}
