using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Sam;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring;

/// <summary>Writes a saved model with 16-bit weights: about half the bytes, and scores that differ in the fourth digit.</summary>
/// <remarks>
/// Only the weights of the feature network are rounded. They are widened when the model is loaded, and computing is in 32 bits as before. Centres, calibration and
/// the detector stay as they are.
/// </remarks>
public static class HalfPrecisionModel
{
    // Smaller tensors, such as biases, are not worth their rounding.
    private const int LeastNumbers = 256;

    /// <summary>Copies a model zip with 16-bit weights.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, a damaged one, or one whose weights 16 bits cannot hold.</exception>
    public static void Write(string source, string target) => SavedModelRewriter.WriteNetwork(source, target, model => Shrink(model, source));

    private static void Shrink(ModelProto model, string source)
    {
        // What blocks show is large and weighs little: weights of a millionth have two digits in 16 bits.
        foreach (var tensor in model.Graph.Initializer.Where(tensor => tensor.DataType == (int)OnnxType.Float && tensor.RawData.Length >= LeastNumbers * sizeof(float) && tensor.Name != SamWidening.Weights).ToArray())
            Shrink(model.Graph, tensor, source);
    }

    /// <summary>Stores a tensor in 16 bits, with a node that widens it under its own name.</summary>
    private static void Shrink(GraphProto graph, TensorProto tensor, string source)
    {
        var numbers = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        var halves = new Half[numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
            halves[i] = (Half)numbers[i];
        if (halves.Any(half => !Half.IsFinite(half)))
            throw new InvalidDataException($"{source}: a weight of {tensor.Name} is too large for 16 bits.");
        var numbers16 = new TensorProto { DataType = (int)OnnxType.Float16, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(halves.AsSpan())) };
        numbers16.Dims.AddRange(tensor.Dims);
        graph.Initializer.Remove(tensor);
        // A node and no initialiser: ML.NET looks at the types of initialisers, and knows none of 16 bits.
        var narrow = new NodeProto { Name = tensor.Name + ".half", OpType = "Constant" };
        narrow.Output.Add(narrow.Name);
        narrow.Attribute.Add(new AttributeProto { Name = "value", T = numbers16, Type = AttributeProto.Types.AttributeType.Tensor });
        var widen = new NodeProto { Name = tensor.Name, OpType = "Cast" };
        widen.Input.Add(narrow.Name);
        widen.Output.Add(tensor.Name);
        widen.Attribute.Add(OnnxGraphBuilder.Attribute("to", (long)OnnxType.Float));
        graph.Node.Insert(0, widen);
        graph.Node.Insert(0, narrow);
    }
}
