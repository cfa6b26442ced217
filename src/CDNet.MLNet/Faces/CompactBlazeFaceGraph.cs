using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Faces;

/// <summary><see cref="CompactBlazeFace"/> as an ONNX model with the inputs and outputs of <see cref="BlazeFaceGraph"/>.</summary>
internal static class CompactBlazeFaceGraph
{
    /// <summary>The whole graph, from the bytes of windows to decoded faces.</summary>
    /// <param name="weights">The trained numbers, by the names of <see cref="CompactBlazeFace"/>.</param>
    public static byte[] Build(NetworkWeights weights)
    {
        var graph = new OnnxGraphBuilder("compactBlazeface");
        var layers = new BackboneGraph(graph, weights);
        var (side, cells) = (CompactBlazeFace.InputSide, CompactBlazeFace.Cells);
        var x = layers.Relu(layers.Convolution(BlazeFaceGraph.Windows(graph, BlazeFaceGraph.Input, side), CompactBlazeFace.Stem, CompactBlazeFace.StemNorm, stride: 2, BlazeBlockSpec.KernelSide / 2));

        var (grids, units) = (new List<string>(), new List<float>());
        foreach (var level in CompactBlazeFace.Levels)
        {
            for (var i = 0; i < level.Blocks.Count; i++)
                x = BlazeBlockGraph.Add(layers, level.Blocks[i], x, $"{level.Name}.{i}");
            grids.Add(Head(graph, weights, level, x));
            units.AddRange(Enumerable.Repeat(CompactBlazeFace.Unit(level), level.Grid * level.Grid));
        }
        var all = graph.Node("Concat", [.. grids], Attribute("axis", 1));
        var shares = graph.Node("Mul", [Slice(graph, all, 1, CompactBlazeFace.Outputs), graph.Constant([.. units], 1, cells, 1)]);
        BlazeFaceGraph.Faces(graph, side, Slice(graph, all, 0, 1), shares, CompactBlazeFace.Centers);
        return graph.Build();
    }

    /// <summary>The head's numbers, a row a cell: [N, cells, 17].</summary>
    private static string Head(OnnxGraphBuilder graph, NetworkWeights weights, CompactBlazeFace.Level level, string x)
    {
        var (kernel, bias) = (weights[level.Head + ".weight"], weights[level.Head + ".bias"]);
        var maps = graph.Node(
            "Conv", [x, graph.Constant(kernel.Values, kernel.Shape), graph.Constant(bias.Values, bias.Shape)], Attribute("kernel_shape", [1, 1]));
        var last = graph.Node("Transpose", [maps], Attribute("perm", [0, 2, 3, 1]));
        return graph.Node("Reshape", [last, graph.Integers(0, level.Grid * level.Grid, CompactBlazeFace.Outputs)]);
    }

    private static string Slice(OnnxGraphBuilder graph, string x, long from, long to)
        => graph.Node("Slice", [x, graph.Integers(from), graph.Integers(to), graph.Integers(2)]);
}
