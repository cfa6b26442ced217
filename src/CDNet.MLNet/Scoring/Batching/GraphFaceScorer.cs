using System.Buffers;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Scores batches of faces by one ONNX Runtime session from crops to scores.</summary>
internal sealed class GraphFaceScorer : IFaceScorer
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;

    /// <param name="graph">What the model computes.</param>
    /// <param name="threads">Threads of one call; 1 where several calls run side by side.</param>
    /// <param name="gpuDeviceId">The CUDA device; null for the processor.</param>
    /// <param name="fallbackToCpu">Whether the processor takes over where the device is not there.</param>
    /// <exception cref="InvalidOperationException">The device cannot be used.</exception>
    public GraphFaceScorer(ScorerGraph graph, int threads, int? gpuDeviceId, bool fallbackToCpu)
    {
        _session = Load(graph.Build().ToByteArray(), threads, gpuDeviceId, fallbackToCpu);
        _inputs = [.. FaceColumns.Crops.Where(_session.InputMetadata.ContainsKey)];
    }

    public float[] Score(IReadOnlyList<FaceCrops> faces)
    {
        var (buffers, values) = (new List<byte[]>(), new List<OrtValue>());
        try
        {
            foreach (var column in _inputs)
            {
                var bytes = column == FaceColumns.Face ? FaceCrops.FaceBytes : FaceCrops.PartBytes;
                var side = column == FaceColumns.Face ? FacePartCropOptions.FaceSide : FacePartCropOptions.PartSide;
                var buffer = ArrayPool<byte>.Shared.Rent(faces.Count * bytes);
                buffers.Add(buffer);
                for (var i = 0; i < faces.Count; i++)
                    CropOf(faces[i], column).CopyTo(buffer.AsSpan(i * bytes, bytes));
                values.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, faces.Count * bytes), [faces.Count, 3, side, side]));
            }
            using var outputs = _session.Run(_run, _inputs, values, [ScorerGraph.Score]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            values.ForEach(value => value.Dispose());
            buffers.ForEach(buffer => ArrayPool<byte>.Shared.Return(buffer));
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private static byte[] CropOf(FaceCrops crops, string column) => column switch
    {
        FaceColumns.Face => crops.Face,
        FaceColumns.RightEye => crops.RightEye,
        FaceColumns.LeftEye => crops.LeftEye,
        FaceColumns.Nose => crops.Nose,
        _ => crops.Mouth,
    };

    private static InferenceSession Load(byte[] model, int threads, int? gpuDeviceId, bool fallbackToCpu)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        if (gpuDeviceId is { } device)
        {
            try
            {
                options.AppendExecutionProvider_CUDA(device);
                return new InferenceSession(model, options);
            }
            catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
            {
                if (!fallbackToCpu)
                    throw new InvalidOperationException($"The CUDA device {device} cannot be used: {e.Message} Build with ONNX Runtime's GPU package, or leave the device out.", e);
            }
            using var plain = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
            return new InferenceSession(model, plain);
        }
        return new InferenceSession(model, options);
    }
}
