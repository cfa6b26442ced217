using System.Globalization;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Tflite;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Faces;

/// <summary>Completes an imported BlazeFace network to a graph from pixels to decoded faces.</summary>
/// <remarks>
/// Input <c>tiles</c>: uint8 [N, side, side, 3], RGB. Output <c>faces</c>: float [N, anchors, 17]: confidence, then the box's centre x, centre y,
/// width and height and the six key points, all as fractions of the tile.
/// </remarks>
internal static class BlazeFaceGraph
{
    public const string Input = "tiles";
    public const string Output = "faces";

    /// <summary>Numbers a detection has: the confidence, 4 for the box, 12 for the key points.</summary>
    public const int Values = 1 + Coordinates;

    public const string InputSideKey = "cdnet.detector.inputSide";

    private const int Coordinates = 4 + FaceKeypoints.Length;

    /// <exception cref="InvalidDataException">The network is no BlazeFace detector.</exception>
    public static (byte[] Onnx, int InputSide) Build(TfliteFile file)
    {
        if (file.Inputs.Length != 1 || file.Tensors[file.Inputs[0]].Shape is not [1, var side, var width, 3] || side != width)
            throw NotBlazeFace(file, "it does not take one square RGB picture");
        if (file.Outputs.Length != 2 || file.Tensors[file.Outputs[0]].Shape is not [1, var anchors, Coordinates]
            || file.Tensors[file.Outputs[1]].Shape is not [1, var scores, 1] || scores != anchors)
            throw NotBlazeFace(file, $"it does not give {Coordinates} coordinates and one score an anchor");
        var centers = BlazeFaceAnchors.Centers(anchors)
            ?? throw NotBlazeFace(file, $"a layout of {anchors} anchors is not known");

        var graph = new OnnxGraphBuilder("blazeface");
        var outputs = TfliteImporter.Import(file, graph, Windows(graph, Input, side));
        Faces(graph, side, outputs[1], graph.Node("Mul", [outputs[0], graph.Scalar(1f / side)]), centers);
        return (graph.Build(), side);
    }

    /// <summary>Adds the input.</summary>
    /// <returns>What the network takes: float [N, 3, side, side], -1 to 1.</returns>
    public static string Windows(OnnxGraphBuilder graph, string input, int side)
    {
        var tiles = graph.Input(input, OnnxType.UInt8, Batch, side, side, 3);
        var pixels = graph.Node("Cast", [tiles], Attribute("to", (long)OnnxType.Float));
        var scaled = graph.Node("Sub", [graph.Node("Mul", [pixels, graph.Scalar(1 / 127.5f)]), graph.Scalar(1)]);
        return graph.Node("Transpose", [scaled], Attribute("perm", [0, 3, 1, 2]));
    }

    /// <summary>Adds the output.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="side">Side of a window in pixels.</param>
    /// <param name="logits">[N, anchors, 1]: the logit of a face.</param>
    /// <param name="shares">[N, anchors, 16]: box and key points from the anchor's centre, as fractions of the window.</param>
    /// <param name="centers">The anchors' centres as fractions of the window.</param>
    public static void Faces(OnnxGraphBuilder graph, int side, string logits, string shares, IReadOnlyList<FacePoint> centers)
    {
        var places = graph.Node("Add", [shares, graph.Constant(Offsets(centers), 1, centers.Count, Coordinates)]);
        var faces = graph.Node("Concat", [graph.Node("Sigmoid", [logits]), places], Attribute("axis", 2));
        graph.Output(faces, Output, OnnxType.Float, Batch, centers.Count, Values);
        graph.Metadata(InputSideKey, side.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Points are relative to their anchor's centre; width and height (columns 2 and 3) are not.</summary>
    private static float[] Offsets(IReadOnlyList<FacePoint> centers)
    {
        var offsets = new float[centers.Count * Coordinates];
        for (var anchor = 0; anchor < centers.Count; anchor++)
        {
            for (var column = 0; column < Coordinates; column++)
            {
                offsets[anchor * Coordinates + column] = column switch
                {
                    2 or 3 => 0,
                    _ => column % 2 == 0 ? centers[anchor].X : centers[anchor].Y,
                };
            }
        }
        return offsets;
    }

    private static InvalidDataException NotBlazeFace(TfliteFile file, string why)
        => new($"{file.Name}: a TensorFlow Lite model, but no BlazeFace detector: {why}.");
}
