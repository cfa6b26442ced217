using CDNet.MLNet.Faces;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Scores batches of faces by ONNX Runtime, from crops to scores.</summary>
/// <param name="graph">What the model computes.</param>
/// <param name="threads">Threads of one call; 1 where several calls run side by side.</param>
/// <param name="gpuDeviceId">The CUDA device; null for the processor.</param>
/// <param name="fallbackToCpu">Whether the processor takes over where the device is not there.</param>
/// <param name="precision">What the network computes in.</param>
/// <exception cref="InvalidOperationException">The device cannot be used, or the model was not made ready for the precision.</exception>
internal sealed class GraphFaceScorer(ScorerGraph graph, int threads, int? gpuDeviceId = null, bool fallbackToCpu = false, ScoringPrecision precision = ScoringPrecision.Full) : IFaceScorer
{
    private readonly CropSession _session = new(
        (precision == ScoringPrecision.EightBit ? graph.BuildInt8(ScorerGraph.Score) : graph.Build(graph.Outputs)).ToByteArray(), threads, gpuDeviceId, fallbackToCpu);

    public float[] Score(IReadOnlyList<FaceCrops> faces) => _session.Run(faces, ScorerGraph.Score)[0];

    /// <summary>Some of the graph's outputs for one face; in 8 bits there is the score alone.</summary>
    public float[][] Look(FaceCrops face, params string[] outputs) => _session.Run([face], outputs);

    public void Dispose() => _session.Dispose();
}
