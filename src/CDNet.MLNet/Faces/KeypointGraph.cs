using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Faces;

/// <summary><see cref="KeypointSpec"/> as an ONNX model.</summary>
/// <remarks>Input <c>closeups</c>: uint8 [N, 80, 80, 3], RGB. Output <c>keypoints</c>: float [N, 12], x and y of the six key points as fractions of the window.</remarks>
internal static class KeypointGraph
{
    public const string Input = "closeups";
    public const string Output = "keypoints";

    /// <summary>The whole graph, from the bytes of windows to points.</summary>
    /// <param name="weights">The trained numbers, by the names of <see cref="KeypointSpec"/>.</param>
    public static byte[] Build(NetworkWeights weights)
    {
        var graph = new OnnxGraphBuilder("keypoints");
        var layers = new BackboneGraph(graph, weights);
        var x = BlazeFaceGraph.Windows(graph, Input, KeypointSpec.InputSide);
        x = layers.Relu(layers.Convolution(x, KeypointSpec.Stem, KeypointSpec.StemNorm, stride: 2, BlazeBlockSpec.KernelSide / 2));
        for (var i = 0; i < KeypointSpec.Blocks.Count; i++)
            x = BlazeBlockGraph.Add(layers, KeypointSpec.Blocks[i], x, $"{KeypointSpec.Body}.{i}");
        x = layers.Relu(graph.Node("Conv", [x, layers.Constant($"{KeypointSpec.Squeeze}.weight"), layers.Constant($"{KeypointSpec.Squeeze}.bias")], Attribute("kernel_shape", [1, 1])));
        x = graph.Node("Flatten", [x], Attribute("axis", 1));
        var points = graph.Node("Gemm", [x, layers.Constant($"{KeypointSpec.Head}.weight"), layers.Constant($"{KeypointSpec.Head}.bias")], Attribute("transB", 1));
        graph.Output(points, Output, OnnxType.Float, Batch, FaceKeypoints.Length);
        return graph.Build();
    }
}
