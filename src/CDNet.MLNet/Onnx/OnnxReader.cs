using CDNet.MLNet.Onnx.Protobuf;
using Google.Protobuf;

namespace CDNet.MLNet.Onnx;

/// <summary>Reads ONNX models of unknown origin: one that takes data from other files is refused, wherever in it that stands.</summary>
internal static class OnnxReader
{
    /// <summary>Levels that messages may lie in each other: 64.</summary>
    public const int MaxDepth = 64;

    // ONNX Runtime's node that stands for a file of a graph compiled for a device.
    private const string CompiledGraph = "EPContext";

    /// <summary>Reads a model.</summary>
    /// <param name="bytes">The model, and nothing behind it.</param>
    /// <exception cref="InvalidDataException">The bytes are no model, it has no graph, or it takes data from other files.</exception>
    public static ModelProto Read(ReadOnlyMemory<byte> bytes)
    {
        ModelProto model;
        try
        {
            using var input = CodedInputStream.CreateWithLimits(new MemoryStream(bytes.ToArray(), writable: false), int.MaxValue, MaxDepth);
            model = ModelProto.Parser.ParseFrom(input);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException)
        {
            throw new InvalidDataException($"no ONNX model, or a damaged one: {e.Message}", e);
        }
        if (model.Graph is null)
            throw new InvalidDataException("the ONNX model has no graph");
        if (Graphs(model).Any(IsOutside))
            throw new InvalidDataException("the ONNX model takes data from other files (external data), which is not done. Save it as one file");
        return model;
    }

    private static IEnumerable<GraphProto> Graphs(ModelProto model)
    {
        yield return model.Graph;
        foreach (var training in model.TrainingInfo)
        {
            foreach (var graph in new[] { training.Initialization, training.Algorithm }.OfType<GraphProto>())
                yield return graph;
        }
        foreach (var function in model.Functions)
        {
            var body = new GraphProto();
            body.Node.AddRange(function.Node);
            var defaults = new NodeProto();
            defaults.Attribute.AddRange(function.AttributeProto);
            body.Node.Add(defaults);
            yield return body;
        }
    }

    private static bool IsOutside(GraphProto graph)
        => graph.Initializer.Any(IsOutside) || graph.SparseInitializer.Any(IsOutside) || graph.Node.Any(node => node.OpType == CompiledGraph || node.Attribute.Any(IsOutside));

    private static bool IsOutside(AttributeProto attribute)
        => (attribute.T is { } tensor && IsOutside(tensor)) || attribute.Tensors.Any(IsOutside)
        || (attribute.SparseTensor is { } sparse && IsOutside(sparse)) || attribute.SparseTensors.Any(IsOutside)
        || (attribute.G is { } graph && IsOutside(graph)) || attribute.Graphs.Any(IsOutside);

    private static bool IsOutside(SparseTensorProto tensor) => (tensor.Values is { } values && IsOutside(values)) || (tensor.Indices is { } indices && IsOutside(indices));

    private static bool IsOutside(TensorProto tensor) => tensor.DataLocation != 0 || tensor.ExternalData.Count > 0;
}
