using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using Google.Protobuf;

namespace CDNet.MLNet.Networks;

/// <summary>Reads the trained numbers of a network back from a saved model.</summary>
internal static class SavedNetwork
{
    /// <summary>The trained tensors by name. Batch norms stay folded: a convolution's kernel has its norm in it, and the norm's bias is what is left of it.</summary>
    /// <param name="model">The network's graph in a saved model, with 32-bit weights or 16-bit ones (<see cref="Scoring.HalfPrecisionModel"/>).</param>
    /// <param name="graph">The network that it should be.</param>
    /// <param name="template">Any numbers of that network: they tell names and shapes.</param>
    /// <param name="signature">Sizes of the crops; the numbers do not depend on them.</param>
    /// <param name="name">What messages call the model.</param>
    /// <exception cref="InvalidDataException">The graph is another one.</exception>
    public static Dictionary<string, WeightTensor> Read(ModelProto model, FeatureGraph graph, NetworkWeights template, FeatureSignature signature, string name)
    {
        var expected = ModelProto.Parser.ParseFrom(graph.Build(template, signature, "", out var constants)).Graph.Initializer.ToDictionary(tensor => tensor.Name, tensor => tensor.Dims);
        var found = new Dictionary<string, WeightTensor>();
        foreach (var (tensor, constant) in constants)
        {
            var saved = Find(model.Graph, constant);
            if (saved is null || !saved.Dims.SequenceEqual(expected[constant]))
                throw new InvalidDataException($"{name}: its network has no {tensor} of {string.Join(" x ", expected[constant])} numbers where this version puts it; it was made by another version, and a training cannot go on from it.");
            found[tensor] = new WeightTensor([.. saved.Dims], Numbers(saved, name));
        }
        return found;
    }

    /// <summary>The constants with floating point numbers, by the names that <see cref="Find"/> takes.</summary>
    public static IEnumerable<(string Name, TensorProto Tensor)> Constants(GraphProto graph)
    {
        var widened = graph.Node.Where(node => node.OpType == "Cast").Select(node => node.Output[0]);
        foreach (var name in graph.Initializer.Where(tensor => tensor.DataType == (int)OnnxType.Float).Select(tensor => tensor.Name).Concat(widened))
        {
            if (Find(graph, name) is { } tensor)
                yield return (name, tensor);
        }
    }

    /// <summary>A constant: an initialiser, or 16-bit numbers behind a node that widens them; null where there is none.</summary>
    public static TensorProto? Find(GraphProto graph, string name)
    {
        if (graph.Initializer.FirstOrDefault(tensor => tensor.Name == name) is { } tensor)
            return tensor;
        var widen = graph.Node.FirstOrDefault(node => node.OpType == "Cast" && node.Output.Contains(name));
        return widen is null ? null : graph.Node.FirstOrDefault(node => node.OpType == "Constant" && node.Output.Contains(widen.Input[0]))?.Attribute[0].T;
    }

    /// <summary>The numbers of a constant.</summary>
    /// <exception cref="InvalidDataException">They are neither 32-bit nor 16-bit floating point.</exception>
    public static float[] Numbers(TensorProto tensor, string name) => (OnnxType)tensor.DataType switch
    {
        OnnxType.Float => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray(),
        OnnxType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(tensor.RawData.Span).ToArray(), static half => (float)half),
        _ => throw new InvalidDataException($"{name}: the tensor {tensor.Name} has numbers of the ONNX type {tensor.DataType}; expected 32-bit or 16-bit floating point."),
    };

    /// <summary>Puts other numbers into a constant, in as many bits as it has.</summary>
    public static void Store(TensorProto tensor, float[] numbers) => tensor.RawData = tensor.DataType == (int)OnnxType.Float16
        ? ByteString.CopyFrom(MemoryMarshal.AsBytes<Half>(Array.ConvertAll(numbers, static number => (Half)number)))
        : ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(numbers));
}
