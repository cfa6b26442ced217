using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>The library's own model with a detector that finds the faces of drawn pictures.</summary>
internal static class MarkedModel
{
    /// <summary>Writes the model.</summary>
    public static string Write(string path)
    {
        DetectorExchange.Write(CDNetModel.DefaultName, path, crops => crops with { Detector = MarkerDetector.Create() });
        return path;
    }

    /// <summary>Writes the model with a last layer that reads what the paper's does and no more.</summary>
    public static string WriteNarrow(string path)
    {
        SavedModelRewriter.Write(Write(path), path, network =>
        {
            if (!FeatureGraph.IsIn(network) || !SamWidening.LayoutOf(network).IsWide)
                return null;
            Narrow(network);
            return network;
        });
        return path;
    }

    /// <summary>What <see cref="SamWidening.AddTo"/> did, the other way round.</summary>
    private static void Narrow(ModelProto network)
    {
        var graph = network.Graph;
        var projection = SamWidening.ProjectionOf(network)!;
        var sum = graph.Node.Single(node => node.Input.Contains(projection.Output[0]));
        var vector = graph.Node.Single(node => node.Output[0] == ModelArchive.Metadata(network, FeatureGraph.VectorKey)).Input[0];
        (projection.Input[0], projection.Name, projection.Output[0]) = (vector, sum.Name, sum.Output[0]);
        graph.Node.Remove(sum);
        foreach (var node in graph.Node.Where(node => node.Name.StartsWith("wide_", StringComparison.Ordinal)).ToArray())
            graph.Node.Remove(node);
        foreach (var constant in graph.Initializer.Where(tensor => tensor.Name.StartsWith("wide_", StringComparison.Ordinal)).ToArray())
            graph.Initializer.Remove(constant);
        ModelArchive.SetMetadata(network, FeatureGraph.VectorKey, vector);
        PartMeans.RemoveFrom(network);
        Int8Settings.RemoveFrom(network);
    }
}
