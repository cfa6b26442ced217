using System.Runtime.InteropServices;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Sam;

/// <summary>
/// Lets the last layer of a saved module read every block of its networks beside what the paper's reads: the mean of each channel and how it scatters over the picture, and behind the tail, whose mean is read already, the scatter and the largest value.
/// </summary>
/// <remarks>
/// F = W v + b + d (u'e): v is the paper's vector, e what the blocks show, u weights that are 0 at first, d the way from the centre of the reals to that of the fakes. Only along it do the numbers decide (Eq. 5), so u is a vector and no matrix.
/// </remarks>
internal static class SamWidening
{
    /// <summary>The weights u in a widened network.</summary>
    public const string Weights = Prefix + "weights";

    /// <summary>The direction d in a widened network.</summary>
    public const string Direction = Prefix + "direction";

    private const string Prefix = "wide_";
    private const string Pooling = "GlobalAveragePool";

    /// <summary>Where things stand in the vector of a saved network.</summary>
    public static SamLayout LayoutOf(ModelProto network) => network.Graph is { } graph && SavedNetwork.Find(graph, Weights) is not null ? SamLayout.Wide : SamLayout.Narrow;

    /// <summary>The layer that mixes the paper's vector into the features, F = W v + b; null where the network has none.</summary>
    public static NodeProto? ProjectionOf(ModelProto network)
    {
        if (ModelArchive.Metadata(network, FeatureGraph.VectorKey) is not { } vector)
            return null;
        var read = LayoutOf(network).IsWide ? Prefix + "narrow" : vector;
        return network.Graph.Node.FirstOrDefault(node => node.OpType == "Gemm" && node.Input[0] == read);
    }

    /// <summary>Widens a network, whose features stay as they are.</summary>
    /// <param name="network">A narrow network with a projection, which is changed.</param>
    /// <param name="direction">The way from the centre of the reals to that of the fakes.</param>
    public static void AddTo(ModelProto network, float[] direction)
    {
        var graph = network.Graph;
        var projection = ProjectionOf(network)!;
        var (vector, features) = (projection.Input[0], projection.Output[0]);
        var added = new List<NodeProto>();
        string Node(string operatorType, string name, string[] inputs, params AttributeProto[] attributes)
        {
            added.Add(NodeOf(operatorType, Prefix + name, inputs, attributes));
            return Prefix + name;
        }
        string Integers(string name, params long[] values) => Constant(graph, Prefix + name, OnnxType.Int64, MemoryMarshal.AsBytes<long>(values), values.Length);

        List<string> face = [], parts = [];
        var (blocks, hasFace) = (new List<string>(), false);
        foreach (var node in graph.Node.ToArray())
        {
            if (IsBlock(graph, node))
                blocks.Add(node.Output[0]);
            if (node.OpType != Pooling)
                continue;
            // The face's network comes first.
            foreach (var (map, isTail) in blocks.Select(block => (block, false)).Append((node.Input[0], true)))
                (hasFace ? parts : face).AddRange(Statistics(map, isTail, Node));
            (hasFace, blocks) = (true, []);
        }
        // Part by part [4,N,C] becomes face by face [N,4,C], as behind the part network's tail.
        var byPart = Node("Reshape", "byPart", [Node("Concat", "parts", [.. parts], Attribute("axis", 1)), Integers("partShape", SamSpec.Parts, -1, SamLayout.PartStatistics)]);
        var byFace = Node("Reshape", "byFace", [Node("Transpose", "faceFirst", [byPart], Attribute("perm", [1, 0, 2])), Integers("faceShape", -1, SamSpec.Parts * SamLayout.PartStatistics)]);
        var wide = Node("Concat", "vector", [vector, .. face, byFace], Attribute("axis", 1));
        var axis = Integers("axis", 1);
        string Slice(string name, string from, string to) => Node("Slice", name, [wide, from, to, axis]);
        var (start, split, end) = (Integers("start", 0), Integers("split", SamSpec.Concatenated), Integers("end", SamLayout.Wide.Length));
        projection.Input[0] = Slice("narrow", start, split);
        var weights = new float[SamLayout.Beyond];
        Constant(graph, Weights, OnnxType.Float, MemoryMarshal.AsBytes<float>(weights), weights.Length, 1);
        Constant(graph, Direction, OnnxType.Float, MemoryMarshal.AsBytes<float>(direction), 1, direction.Length);
        var along = Node("MatMul", "along", [Slice("beyond", split, end), Weights]);
        var moved = Node("Mul", "moved", [along, Direction]);

        (projection.Name, projection.Output[0]) = (Prefix + "projection", Prefix + "projection");
        var at = graph.Node.IndexOf(projection);
        graph.Node.Insert(at + 1, NodeOf("Add", features, [projection.Output[0], moved]));
        foreach (var node in Enumerable.Reverse(added))
            graph.Node.Insert(at, node);
        ModelArchive.SetMetadata(network, FeatureGraph.VectorKey, wide);
    }

    /// <summary>The sum at the end of a block: of two tensors that are computed.</summary>
    private static bool IsBlock(GraphProto graph, NodeProto node) => node.OpType == "Add" && node.Input.All(input => SavedNetwork.Find(graph, input) is null);

    /// <summary>What the channels of a map [N,C,height,width] show, [N,C] each.</summary>
    private static IEnumerable<string> Statistics(string map, bool isTail, Func<string, string, string[], AttributeProto[], string> node)
    {
        AttributeProto[] Over(long keep) => [Attribute("axes", [2, 3]), Attribute("keepdims", keep)];
        var mean = node("ReduceMean", $"{map}_mean", [map], Over(1));
        if (!isTail)
            yield return node("Flatten", $"{map}_channels", [mean], [Attribute("axis", 1)]);
        // From the differences: the mean of the squares less the square of the mean would be rounding where a channel hardly varies.
        yield return node("ReduceL2", $"{map}_scatter", [node("Sub", $"{map}_differences", [map, mean], [])], Over(0));
        if (isTail)
            yield return node("ReduceMax", $"{map}_largest", [map], Over(0));
    }

    private static string Constant(GraphProto graph, string name, OnnxType type, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        graph.Initializer.Add(Tensor(name, type, bytes, shape));
        return name;
    }
}
