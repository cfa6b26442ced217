using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx.Protobuf;
using Google.Protobuf;

namespace CDNet.MLNet.Onnx;

/// <summary>Writes an ONNX model node by node. Tensors are referred to by name; node outputs are named for the caller.</summary>
/// <remarks>Opset 17: reductions take their axes as an attribute, except ReduceSum, which takes them as an input.</remarks>
internal sealed class OnnxGraphBuilder(string graphName)
{
    /// <summary>Marks a dimension that is only known when the model runs: the batch.</summary>
    public const long Batch = -1;

    /// <summary>The node between an input of one row and the batch of one.</summary>
    public const string RowToBatch = "Unsqueeze";

    /// <summary>The node between a batch of one and an output of one row.</summary>
    public const string BatchToRow = "Squeeze";

    private const int OpsetVersion = 17;
    private const int IrVersion = 8;

    private readonly GraphProto _graph = new() { Name = graphName };
    private readonly Dictionary<string, string> _metadata = [];
    private int _nextName;

    /// <summary>Declares an input of the model and returns its name.</summary>
    public string Input(string name, OnnxType type, params long[] shape)
    {
        _graph.Input.Add(Describe(name, type, shape));
        return name;
    }

    /// <summary>Declares <paramref name="tensor"/> as an output of the model under <paramref name="name"/>.</summary>
    public void Output(string tensor, string name, OnnxType type, params long[] shape)
    {
        if (tensor != name)
            _graph.Node.Add(NodeOf("Identity", name, [tensor]));
        _graph.Output.Add(Describe(name, type, shape));
    }

    /// <summary>Declares an input that takes one row of a column, and returns it as a batch of one. <see cref="OnnxBatchJoiner"/> takes whole batches there.</summary>
    public string RowInput(string name, OnnxType type, params long[] shape) => Node(RowToBatch, [Input(name, type, shape), Integers(0)]);

    /// <summary>Declares a batch of one as an output that gives one row of a column. <see cref="OnnxBatchJoiner"/> gives whole batches there.</summary>
    public void RowOutput(string batch, string name, OnnxType type, params long[] shape)
    {
        _graph.Node.Add(NodeOf(BatchToRow, name, [batch, Integers(0)]));
        _graph.Output.Add(Describe(name, type, shape));
    }

    /// <summary>Adds a constant tensor of floats (row-major) and returns its name.</summary>
    public string Constant(ReadOnlySpan<float> values, params long[] shape)
        => Constant(OnnxType.Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a constant tensor of 64-bit integers (row-major) and returns its name.</summary>
    public string Constant(ReadOnlySpan<long> values, params long[] shape)
        => Constant(OnnxType.Int64, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a constant tensor from its little-endian bytes and returns its name.</summary>
    public string Constant(OnnxType type, ReadOnlySpan<byte> rawData, params long[] shape)
    {
        var tensor = Tensor(NewName("const"), type, rawData, shape);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a one-dimensional list of integers, the form in which ONNX takes axes, pads and shapes.</summary>
    public string Integers(params long[] values) => Constant(values, values.Length);

    /// <summary>Adds a scalar.</summary>
    public string Scalar(float value) => Constant([value]);

    /// <summary>Adds a node with one output and returns the output's name.</summary>
    public string Node(string operatorType, string[] inputs, params AttributeProto[] attributes)
    {
        var output = NewName(operatorType);
        _graph.Node.Add(NodeOf(operatorType, output, inputs, attributes));
        return output;
    }

    /// <summary>Attaches a text to the model under a key.</summary>
    public void Metadata(string key, string value) => _metadata[key] = value;

    /// <summary>The finished model as the bytes of an .onnx file.</summary>
    public byte[] Build() => Model(_graph, _metadata).ToByteArray();

    /// <summary>A model around a graph.</summary>
    internal static ModelProto Model(GraphProto graph, IReadOnlyDictionary<string, string> metadata)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "CDNet.MLNet", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = OpsetVersion });
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    /// <summary>An integer attribute of a node.</summary>
    public static AttributeProto Attribute(string name, long value)
        => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    /// <summary>A list-of-integers attribute of a node.</summary>
    public static AttributeProto Attribute(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    /// <summary>A text attribute of a node.</summary>
    public static AttributeProto Attribute(string name, string value)
        => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    /// <summary>A node with one output, which has the node's name.</summary>
    internal static NodeProto NodeOf(string operatorType, string name, string[] inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { Name = name, OpType = operatorType };
        node.Input.AddRange(inputs);
        node.Output.Add(name);
        node.Attribute.AddRange(attributes);
        return node;
    }

    /// <summary>A constant tensor of little-endian bytes.</summary>
    internal static TensorProto Tensor(string name, OnnxType type, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    private string NewName(string prefix) => $"{prefix}_{_nextName++}";

    internal static ValueInfoProto Describe(string name, OnnxType type, long[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var size in shape)
        {
            dimensions.Dim.Add(size == Batch
                ? new TensorShapeProto.Types.Dimension { DimParam = "N" }
                : new TensorShapeProto.Types.Dimension { DimValue = size });
        }
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
