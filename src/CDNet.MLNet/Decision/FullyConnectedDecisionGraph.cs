using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Pipeline;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Decision;

/// <summary>The decision of <see cref="FullyConnectedHead"/> as an ONNX model, which carries the head in a saved model.</summary>
/// <remarks>
/// Input: features float [n]. Outputs: the verdict's numbers float [2] (score, probability), and the head's weights float [n] and bias float [1], so
/// that they can be read from a loaded model.
/// </remarks>
internal static class FullyConnectedDecisionGraph
{
    /// <summary>The name of the graph in a saved model.</summary>
    public const string GraphName = "fullyConnectedDecision";

    public static byte[] Build(FullyConnectedHead head)
    {
        var graph = new OnnxGraphBuilder(GraphName);
        var features = graph.RowInput(HeadColumns.Features, OnnxType.Float, head.Length);
        var weights = graph.Constant(head.Weights, head.Length);
        var bias = graph.Constant([head.Bias], 1);
        var sum = graph.Node("ReduceSum", [graph.Node("Mul", [features, weights]), graph.Integers(1)], Attribute("keepdims", 1));
        var score = graph.Node("Add", [sum, bias]);
        var verdict = graph.Node("Concat", [score, graph.Node("Sigmoid", [score])], Attribute("axis", 1));
        graph.RowOutput(verdict, HeadColumns.Verdict, OnnxType.Float, 2);
        graph.Output(weights, HeadColumns.Weights, OnnxType.Float, head.Length);
        graph.Output(bias, HeadColumns.Bias, OnnxType.Float, 1);
        return graph.Build();
    }

    /// <summary>The head in a saved model, or null where it has no fully connected decision.</summary>
    public static FullyConnectedHead? ReadHead(ModelArchive archive)
    {
        if (archive.Find(GraphName) is not { } model)
            return null;
        var weights = MemoryMarshal.Cast<byte, float>(ModelArchive.Constant(model, HeadColumns.Weights));
        var bias = MemoryMarshal.Cast<byte, float>(ModelArchive.Constant(model, HeadColumns.Bias));
        return new FullyConnectedHead(weights.ToArray(), bias[0]);
    }
}
