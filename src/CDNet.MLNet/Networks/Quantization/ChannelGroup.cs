using CDNet.MLNet.Onnx.Protobuf;

namespace CDNet.MLNet.Networks.Quantization;

/// <summary>Tensors whose channels can only be scaled together, with the convolutions that make and that read them.</summary>
/// <param name="Tensors">Those that are kept as bytes.</param>
/// <param name="Makers">Convolutions whose outputs are among the tensors, or go into them.</param>
/// <param name="Readers">Convolutions that read one of them.</param>
internal sealed record ChannelGroup(IReadOnlyList<string> Tensors, IReadOnlyList<NodeProto> Makers, IReadOnlyList<NodeProto> Readers)
{
    /// <summary>The groups of a graph: ReLU, maximum and sum pass a factor above 0 on, and convolutions take it in their kernels. What something else gives or reads is in none.</summary>
    public static IEnumerable<ChannelGroup> Of(GraphProto graph)
    {
        var part = new QuantizablePart(graph);
        var roots = new Dictionary<string, string>();
        string Root(string tensor)
        {
            while (roots.TryGetValue(tensor, out var root) && root != tensor)
                tensor = root;
            return tensor;
        }
        foreach (var node in graph.Node.Where(node => IsHomogeneous(node, part)))
        {
            foreach (var input in node.Input)
                roots[Root(input)] = Root(node.Output[0]);
        }
        // What others give or read cannot be scaled.
        var others = graph.Node.Where(node => node.OpType != "Conv" && !IsHomogeneous(node, part));
        var strange = others.SelectMany(node => node.Input.Concat(node.Output)).Concat(graph.Input.Select(input => input.Name)).Concat(graph.Output.Select(output => output.Name)).Select(Root).ToHashSet();
        foreach (var group in part.Tensors.GroupBy(Root).Where(group => !strange.Contains(group.Key)))
        {
            NodeProto[] Convolutions(Func<NodeProto, string> tensor) => [.. graph.Node.Where(node => node.OpType == "Conv" && Root(tensor(node)) == group.Key)];
            yield return new ChannelGroup([.. group], Convolutions(node => node.Output[0]), Convolutions(node => node.Input[0]));
        }
    }

    // The ReLU behind the first convolution computes in numbers and leads into the first bytes.
    private static bool IsHomogeneous(NodeProto node, QuantizablePart part) => part.Has(node) ? node.OpType != "Conv" : node.OpType == "Relu";
}
