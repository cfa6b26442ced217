using CDNet.MLNet.Faces;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Scores batches of faces by one ONNX Runtime session from crops to scores.</summary>
/// <param name="graph">What the model computes.</param>
/// <param name="threads">Threads of one call; 1 where several calls run side by side.</param>
/// <param name="gpuDeviceId">The CUDA device; null for the processor.</param>
/// <param name="fallbackToCpu">Whether the processor takes over where the device is not there.</param>
/// <exception cref="InvalidOperationException">The device cannot be used.</exception>
internal sealed class GraphFaceScorer(ScorerGraph graph, int threads, int? gpuDeviceId, bool fallbackToCpu) : IFaceScorer
{
    private readonly CropSession _session = new(graph.Build(graph.Outputs).ToByteArray(), threads, gpuDeviceId, fallbackToCpu);

    public float[] Score(IReadOnlyList<FaceCrops> faces) => _session.Run(faces, ScorerGraph.Score)[0];

    /// <summary>Some of the graph's outputs for one face.</summary>
    public float[][] Look(FaceCrops face, params string[] outputs) => _session.Run([face], outputs);

    public void Dispose() => _session.Dispose();
}
