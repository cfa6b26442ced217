using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Cluster;

/// <summary>The decision of <see cref="ClusterDecision"/> as an ONNX model, which carries the centres in a saved model.</summary>
/// <remarks>
/// Input: features float [n]. Outputs: the verdict's numbers float [4] (score, probability, distance to real, distance to fake), and the two
/// centres float [n], so that they can be read from a loaded model.
/// </remarks>
internal static class ClusterDecisionGraph
{
    /// <summary>Numbers of a verdict.</summary>
    public const int Numbers = 4;

    /// <summary>The name of the graph in a saved model.</summary>
    public const string GraphName = "clusterDecision";

    // What the graph of a ratio has and that of a difference lacks.
    private const string Quotient = "Div";

    public static byte[] Build(ClusterCentres centres, ClusterScoreForm form)
    {
        var graph = new OnnxGraphBuilder(GraphName);
        var features = graph.RowInput(ClusterColumns.Features, OnnxType.Float, centres.Length);
        var fake = graph.Constant(centres.Fake, centres.Length);
        var real = graph.Constant(centres.Real, centres.Length);
        var toFake = SquaredDistance(graph, features, fake);
        var toReal = SquaredDistance(graph, features, real);
        var score = form == ClusterScoreForm.Difference ? graph.Node("Sub", [toReal, toFake]) : Ratio(graph, toReal, toFake);
        var verdict = graph.Node("Concat", [score, graph.Node("Sigmoid", [score]), toReal, toFake], Attribute("axis", 1));
        graph.RowOutput(verdict, ClusterColumns.Verdict, OnnxType.Float, Numbers);
        graph.Output(fake, ClusterColumns.FakeCentre, OnnxType.Float, centres.Length);
        graph.Output(real, ClusterColumns.RealCentre, OnnxType.Float, centres.Length);
        return graph.Build();
    }

    /// <summary>The centres in a saved model, or null where it has no cluster decision.</summary>
    public static ClusterCentres? ReadCentres(ModelArchive archive) => archive.Find(GraphName) is { } model ? ReadCentres(model) : null;

    /// <summary>The centres in an ONNX model, or null where it is no cluster decision.</summary>
    public static ClusterCentres? ReadCentres(ModelProto model)
    {
        if (model.Graph.Name != GraphName)
            return null;
        var fake = MemoryMarshal.Cast<byte, float>(ModelArchive.Constant(model, ClusterColumns.FakeCentre));
        var real = MemoryMarshal.Cast<byte, float>(ModelArchive.Constant(model, ClusterColumns.RealCentre));
        return new ClusterCentres(fake.ToArray(), real.ToArray());
    }

    /// <summary>How the cluster decision in a saved model scores, or null where it has none.</summary>
    public static ClusterScoreForm? ReadForm(ModelArchive archive)
        => archive.Find(GraphName) is { } model ? model.Graph.Node.Any(node => node.OpType == Quotient) ? ClusterScoreForm.Ratio : ClusterScoreForm.Difference : null;

    private static string SquaredDistance(OnnxGraphBuilder graph, string features, string centre)
        => graph.Node("ReduceSumSquare", [graph.Node("Sub", [features, centre])], Attribute("axes", [1]), Attribute("keepdims", 1));

    private static string Ratio(OnnxGraphBuilder graph, string toReal, string toFake)
    {
        var sum = graph.Node("Add", [toReal, toFake]);
        // The smallest float keeps 0 / 0 from being NaN where the features and both centres coincide.
        var least = graph.Node("Add", [graph.Node("Mul", [sum, graph.Scalar(ClusterDecision.LeastShare)]), graph.Scalar(1e-30f)]);
        return graph.Node(
            "Sub",
            [
                graph.Node(Quotient, [sum, graph.Node("Max", [toFake, least])]),
                graph.Node(Quotient, [sum, graph.Node("Max", [toReal, least])]),
            ]);
    }
}
