using CDNet.MLNet.Cluster;
using CDNet.MLNet.Decision;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>What a saved model does with crops, as one ONNX graph of batches: amplitudes, network and decision joined.</summary>
/// <remarks>Inputs: the crops that the network needs, uint8 [N,3,side,side], called like their columns.</remarks>
internal sealed class ScorerGraph
{
    /// <summary>The output: log-odds of fake, float [N,1].</summary>
    public const string Score = FaceColumns.Score;

    private const string GraphName = "cdnet";
    private const string NetworkPrefix = "network.";

    private readonly OnnxBatchJoiner _joiner;
    private readonly string _verdict;

    private ScorerGraph(OnnxBatchJoiner joiner, string verdict) => (_joiner, _verdict) = (joiner, verdict);

    /// <summary>Joins the models of a zip.</summary>
    /// <returns>The graph, or null where the model is put together in another way, or of an older version.</returns>
    public static ScorerGraph? Of(ModelArchive archive)
    {
        var (amplitudes, network) = (archive.Find(DctAmplitudeGraph.GraphName), archive.FindWith(FeatureGraph.TrainingKey));
        var decision = archive.Find(ClusterDecisionGraph.GraphName) ?? archive.Find(FullyConnectedDecisionGraph.GraphName);
        if (network is null || decision is null || !OnnxBatchJoiner.IsOfRows(network) || !OnnxBatchJoiner.IsOfRows(decision))
            return null;
        var joiner = new OnnxBatchJoiner(GraphName);
        // The inputs of the network, by column: the crops themselves, and what is made of them.
        var sources = FaceColumns.Crops.ToDictionary(FeatureSignature.Input);
        if (amplitudes is not null && OnnxBatchJoiner.IsOfRows(amplitudes))
        {
            var crops = FaceColumns.Crops.ToDictionary(DctAmplitudeGraph.InputOf);
            if (!amplitudes.Graph.Input.All(input => crops.ContainsKey(input.Name)))
                return null;
            var made = joiner.Add(amplitudes, "amplitudes.", input => crops[input]);
            foreach (var column in FaceColumns.Amplitudes)
            {
                if (made.TryGetValue(DctAmplitudeGraph.OutputOf(column), out var batch))
                    sources[FeatureSignature.Input(column)] = batch;
            }
        }
        if (!network.Graph.Input.All(input => sources.ContainsKey(input.Name)))
            return null;
        var features = joiner.Add(network, NetworkPrefix, input => sources[input])[FeatureSignature.Output];
        var verdict = joiner.Add(decision, "decision.", _ => features).Values.Single();
        return new ScorerGraph(joiner, joiner.Node("Slice", "first", [verdict, joiner.Integer("from", 0), joiner.Integer("to", 1), joiner.Integer("axis", 1)]));
    }

    /// <summary>The model from crops to <see cref="Score"/>.</summary>
    public ModelProto Build() => _joiner.Build([(_verdict, Score, [1])]);
}
