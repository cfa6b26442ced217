using CDNet.MLNet.Faces;
using CDNet.MLNet.Scoring.Evidence;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Scores batches of faces by ONNX Runtime, from crops to scores.</summary>
/// <param name="graph">What the model computes.</param>
/// <param name="means">What its network knows of faces on the average, to which distances are measured; null where that is not known.</param>
/// <param name="threads">Threads of one call; 1 where several calls run side by side.</param>
/// <param name="gpuDeviceId">The CUDA device; null for the processor.</param>
/// <param name="fallbackToCpu">Whether the processor takes over where the device is not there.</param>
/// <param name="precision">What the network computes in.</param>
/// <exception cref="InvalidOperationException">The device cannot be used, or the model was not made ready for the precision.</exception>
internal sealed class GraphFaceScorer(ScorerGraph graph, PartMeans? means, int threads, int? gpuDeviceId = null, bool fallbackToCpu = false, ScoringPrecision precision = ScoringPrecision.Full) : IFaceScorer
{
    private readonly CropSession _session = new(
        (precision == ScoringPrecision.EightBit ? graph.BuildInt8(Scored(graph, means)) : graph.Build(graph.Outputs)).ToByteArray(), threads, gpuDeviceId, fallbackToCpu);

    private readonly string[] _scored = Scored(graph, means);

    public FaceScore[] Score(IReadOnlyList<FaceCrops> faces)
    {
        var found = _session.Run(faces, _scored);
        var length = found[^1].Length / faces.Count;
        return [.. found[0].Select((score, i) => new FaceScore(score, found.Length > 1 ? means!.Distance(found[1].AsSpan(i * length, length)) : float.NaN))];
    }

    /// <summary>Some of the graph's outputs for one face; in 8 bits there are those alone that a score is made of.</summary>
    public float[][] Look(FaceCrops face, params string[] outputs) => _session.Run([face], outputs);

    public void Dispose() => _session.Dispose();

    private static string[] Scored(ScorerGraph graph, PartMeans? means)
        => means?.Deviations is not null && graph.Outputs.Contains(ScorerGraph.Vector) ? [ScorerGraph.Score, ScorerGraph.Vector] : [ScorerGraph.Score];
}
