using System.Globalization;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Onnx;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.TestSupport;

/// <summary>
/// A detector whose weights are written by hand, so that the pipeline can be tested where no BlazeFace file is at hand: it takes a red square, about an
/// eighth of its window, for a face. Same inputs and outputs as BlazeFace.
/// </summary>
public static class MarkerDetector
{
    /// <summary>Cells along a side of a window; a face's box is three cells wide.</summary>
    public const int Cells = 8;

    private const int Side = 64;
    private const int CellSide = Side / Cells;
    private const int Anchors = Cells * Cells;

    /// <summary>The detector as a model.</summary>
    public static FaceDetectorModel Create() => FaceDetectorModel.FromBytes(BuildOnnx(), "marker.onnx");

    private static byte[] BuildOnnx()
    {
        var graph = new OnnxGraphBuilder("marker");
        var tiles = graph.Input(BlazeFaceGraph.Input, OnnxType.UInt8, Batch, Side, Side, 3);
        var pixels = graph.Node("Transpose", [graph.Node("Cast", [tiles], Attribute("to", (long)OnnxType.Float))], Attribute("perm", [0, 3, 1, 2]));
        // Redness of each cell, 0 to 1: red less the mean of green and blue.
        var red = graph.Node("Conv", [pixels, graph.Constant([1f / 255, -0.5f / 255, -0.5f / 255], 1, 3, 1, 1)], Attribute("kernel_shape", [1, 1]));
        var cells = graph.Node("AveragePool", [red], Attribute("kernel_shape", [CellSide, CellSide]), Attribute("strides", [CellSide, CellSide]));
        var list = graph.Node("Reshape", [cells, graph.Integers(0, Anchors, 1)]);
        var confidence = graph.Node("Sigmoid", [graph.Node("Mul", [graph.Node("Sub", [list, graph.Scalar(0.4f)]), graph.Scalar(20f)])]);
        // The geometry does not depend on the picture; adding zeros gives it the batch's size.
        var nothing = graph.Node("Mul", [confidence, graph.Scalar(0)]);
        var geometry = graph.Node("Add", [nothing, graph.Constant(Geometry(), 1, Anchors, BlazeFaceGraph.Values - 1)]);
        graph.Output(
            graph.Node("Concat", [confidence, geometry], Attribute("axis", 2)), BlazeFaceGraph.Output, OnnxType.Float, Batch, Anchors, BlazeFaceGraph.Values);
        graph.Metadata(BlazeFaceGraph.InputSideKey, Side.ToString(CultureInfo.InvariantCulture));
        return graph.Build();
    }

    private static float[] Geometry()
    {
        const float cell = 1f / Cells;
        var values = new List<float>();
        for (var anchor = 0; anchor < Anchors; anchor++)
        {
            var (x, y) = ((anchor % Cells + 0.5f) * cell, (anchor / Cells + 0.5f) * cell);
            values.AddRange([x, y, 3 * cell, 3 * cell]);
            values.AddRange([x - 0.5f * cell, y - 0.5f * cell, x + 0.5f * cell, y - 0.5f * cell]);
            values.AddRange([x, y, x, y + 0.7f * cell]);
            values.AddRange([x - cell, y, x + cell, y]);
        }
        return [.. values];
    }
}
