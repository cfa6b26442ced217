using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx.Protobuf;
using Google.Protobuf;

namespace CDNet.MLNet.Onnx;

/// <summary>Rewrites a convolutional network so that all of it runs in the layout of ONNX Runtime's fast kernels, which takes channels by 16: others get channels of zeros, which nobody reads.</summary>
/// <remarks>
/// A layer with another count makes the runtime change the layout before and behind it, and a filling-up of channels does so too; in a small network that costs a third of the time. What is computed stays the same.
/// A network with operators or shapes that are not known here is left as it is.
/// </remarks>
internal sealed class OnnxChannelPadding
{
    private const int Block = 16;

    private readonly GraphProto _graph;
    private readonly Dictionary<string, TensorProto> _constants;

    // Channels of the tensors that the rewritten part knows: as they were, and as they are.
    private readonly Dictionary<string, (int Real, int Padded)> _widths = [];
    private readonly List<NodeProto> _nodes = [];
    private readonly List<TensorProto> _added = [];

    private OnnxChannelPadding(GraphProto graph)
    {
        _graph = graph;
        _constants = graph.Initializer.ToDictionary(tensor => tensor.Name);
    }

    /// <summary>The rewritten model, or the same bytes where it cannot be rewritten.</summary>
    /// <param name="model">An ONNX model.</param>
    public static byte[] Apply(byte[] model)
    {
        ModelProto parsed;
        try
        {
            parsed = ModelProto.Parser.ParseFrom(model);
        }
        catch (InvalidProtocolBufferException)
        {
            // ONNX Runtime has the better message.
            return model;
        }
        return parsed.Graph is { } graph && new OnnxChannelPadding(graph).Rewrite() ? parsed.ToByteArray() : model;
    }

    private bool Rewrite()
    {
        foreach (var node in _graph.Node)
        {
            var isKnown = node.OpType switch
            {
                "Conv" => Convolution(node),
                "Relu" or "MaxPool" when _widths.ContainsKey(node.Input[0]) => Same(node),
                "Add" when node.Input.All(_widths.ContainsKey) => Sum(node),
                "Pad" when _widths.ContainsKey(node.Input[0]) => FillUp(node),
                // Outside of the convolutions nothing may have more channels than it had.
                _ => node.Input.All(input => !_widths.TryGetValue(input, out var width) || width.Real == width.Padded) && Keep(node),
            };
            if (!isKnown)
                return false;
        }
        if (_graph.Output.Any(output => _widths.TryGetValue(output.Name, out var width) && width.Real != width.Padded) || _widths.Values.All(width => width.Real == width.Padded))
            return false;
        _graph.Node.Clear();
        _graph.Node.AddRange(_nodes);
        var read = _nodes.SelectMany(node => node.Input).ToHashSet();
        TensorProto[] constants = [.. _graph.Initializer.Concat(_added).Where(tensor => read.Contains(tensor.Name))];
        _graph.Initializer.Clear();
        _graph.Initializer.AddRange(constants);
        return true;
    }

    private bool Convolution(NodeProto node)
    {
        if (!_constants.TryGetValue(node.Input[1], out var kernel) || kernel.DataType != (int)OnnxType.Float || kernel.Dims.Count != 4 || kernel.RawData.IsEmpty)
            return false;
        var (outputs, group) = ((int)kernel.Dims[0], (int)(node.Attribute.FirstOrDefault(attribute => attribute.Name == "group")?.I ?? 1));
        var width = _widths.TryGetValue(node.Input[0], out var known) ? known : ((int)kernel.Dims[1] * group, (int)kernel.Dims[1] * group);
        if (group != 1 && (group != width.Item1 || outputs != group || kernel.Dims[1] != 1))
            return false;
        // What is read by other operators keeps its channels.
        var padded = group != 1 ? width.Item2 : IsReadByOthers(node.Output[0]) ? outputs : (outputs + Block - 1) / Block * Block;
        var copy = node.Clone();
        copy.Input[1] = Padded(kernel, padded, group == 1 ? width.Item2 : 1);
        if (node.Input.Count > 2)
        {
            if (!_constants.TryGetValue(node.Input[2], out var bias) || bias.RawData.IsEmpty)
                return false;
            copy.Input[2] = Padded(bias, padded, 1);
        }
        if (group != 1)
            copy.Attribute.First(attribute => attribute.Name == "group").I = padded;
        _widths[node.Output[0]] = (outputs, padded);
        return Keep(copy);
    }

    private bool IsReadByOthers(string tensor) => _graph.Output.Any(output => output.Name == tensor)
        || _graph.Node.Any(node => node.Input.Contains(tensor) && node.OpType is not ("Conv" or "Relu" or "MaxPool" or "Add" or "Pad"));

    private bool Same(NodeProto node)
    {
        _widths[node.Output[0]] = _widths[node.Input[0]];
        return Keep(node);
    }

    private bool Sum(NodeProto node)
    {
        _widths[node.Output[0]] = _widths[node.Input[0]];
        return _widths[node.Input[0]] == _widths[node.Input[1]] && Keep(node);
    }

    /// <summary>More channels of zeros: they may be there already, or else a convolution that copies makes them, because it knows the layout.</summary>
    private bool FillUp(NodeProto node)
    {
        if (node.Input.Count != 2 || !_constants.TryGetValue(node.Input[1], out var sizes) || sizes.DataType != (int)OnnxType.Int64)
            return false;
        var pads = MemoryMarshal.Cast<byte, long>(sizes.RawData.Span);
        var width = _widths[node.Input[0]];
        if (pads.Length != 8 || pads[..5].ContainsAnyExcept(0) || pads[6..].ContainsAnyExcept(0) || node.Attribute.Any(attribute => attribute.Name == "mode" && attribute.S.ToStringUtf8() != "constant"))
            return false;
        var real = width.Real + (int)pads[5];
        var padded = (real + Block - 1) / Block * Block;
        _widths[node.Output[0]] = (real, padded);
        var copy = new NodeProto { Name = node.Name, OpType = padded == width.Padded ? "Identity" : "Conv" };
        copy.Input.Add(node.Input[0]);
        copy.Output.Add(node.Output[0]);
        if (padded != width.Padded)
        {
            var kernel = new float[padded * width.Padded];
            for (var channel = 0; channel < width.Real; channel++)
                kernel[channel * width.Padded + channel] = 1;
            copy.Input.Add(Constant($"{node.Name}.copy", MemoryMarshal.AsBytes(kernel.AsSpan()), padded, width.Padded, 1, 1));
            copy.Attribute.Add(OnnxGraphBuilder.Attribute("kernel_shape", [1, 1]));
        }
        return Keep(copy);
    }

    private bool Keep(NodeProto node)
    {
        _nodes.Add(node);
        return true;
    }

    /// <summary>A kernel or a bias with zeros for more outputs and inputs.</summary>
    private string Padded(TensorProto tensor, int outputs, int inputs)
    {
        var dims = tensor.Dims.ToArray();
        var (oldInputs, area) = (dims.Length > 1 ? (int)dims[1] : 1, dims.Length > 2 ? (int)(dims[2] * dims[3]) : 1);
        if (dims[0] == outputs && oldInputs == inputs)
            return tensor.Name;
        var old = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        var values = new float[outputs * inputs * area];
        for (var output = 0; output < dims[0]; output++)
            old.Slice(output * oldInputs * area, oldInputs * area).CopyTo(values.AsSpan(output * inputs * area));
        dims[0] = outputs;
        if (dims.Length > 1)
            dims[1] = inputs;
        return Constant($"{tensor.Name}.padded{outputs}x{inputs}", MemoryMarshal.AsBytes(values.AsSpan()), dims);
    }

    private string Constant(string name, ReadOnlySpan<byte> bytes, params long[] dims)
    {
        if (_added.Any(tensor => tensor.Name == name))
            return name;
        _added.Add(OnnxGraphBuilder.Tensor(name, OnnxType.Float, bytes, dims));
        return name;
    }
}
