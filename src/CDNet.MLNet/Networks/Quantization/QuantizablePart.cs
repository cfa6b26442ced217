using CDNet.MLNet.Onnx.Protobuf;

namespace CDNet.MLNet.Networks.Quantization;

/// <summary>What of a network's graph can compute in bytes: all convolutions but those that see pixels, and what lies between them.</summary>
/// <remarks>The first convolution has three channels and little to gain; the vectors behind the averages are a thousandth of the work and decide.</remarks>
internal sealed class QuantizablePart
{
    private const int PixelChannels = 3;

    private readonly Dictionary<string, List<NodeProto>> _readers = [];
    private readonly HashSet<NodeProto> _nodes = [];
    private readonly List<string> _tensors = [];

    /// <summary>Looks through a graph, whose nodes stand in the order of their work.</summary>
    public QuantizablePart(GraphProto graph)
    {
        foreach (var node in graph.Node)
        {
            foreach (var input in node.Input)
                (_readers.TryGetValue(input, out var readers) ? readers : _readers[input] = []).Add(node);
        }
        var inside = new HashSet<string>();
        foreach (var node in graph.Node)
        {
            if (!IsConvolution(node, graph) && !(node.OpType is "Relu" or "MaxPool" or "Add" && node.Input.All(inside.Contains)))
                continue;
            _nodes.Add(node);
            if (inside.Add(node.Input[0]))
                _tensors.Add(node.Input[0]);
            inside.Add(node.Output[0]);
            if (!IsOnlyForRelu(node))
                _tensors.Add(node.Output[0]);
        }
    }

    /// <summary>The tensors that are kept as bytes, in the order of the work.</summary>
    public IReadOnlyList<string> Tensors => _tensors;

    /// <summary>Whether a node computes in bytes.</summary>
    public bool Has(NodeProto node) => _nodes.Contains(node);

    /// <summary>Whether a convolution looks at each channel for itself.</summary>
    public static bool IsDepthwise(NodeProto node) => node.OpType == "Conv" && node.Attribute.First(attribute => attribute.Name == "group").I > 1;

    // A convolution and the ReLU behind it are one step.
    private bool IsOnlyForRelu(NodeProto node) => node.OpType == "Conv" && _readers.TryGetValue(node.Output[0], out var readers) && readers is [{ OpType: "Relu" }];

    private static bool IsConvolution(NodeProto node, GraphProto graph)
        => node.OpType == "Conv" && SavedNetwork.Find(graph, node.Input[1]) is { } kernel && (IsDepthwise(node) || kernel.Dims[1] != PixelChannels);
}
