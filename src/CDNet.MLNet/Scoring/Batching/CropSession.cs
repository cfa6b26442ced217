using System.Buffers;
using System.Collections.Concurrent;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Pipeline;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>ONNX Runtime on batches of crops. Several threads may use it at once.</summary>
/// <remarks>
/// On the processor each of several calls at once has a session of its own, made when it is first needed. Calls that share one share its memory, which then grows whenever more of them than ever before are at their widest
/// layer: by chance, after hours. One call's memory is that of the largest batch.
/// </remarks>
internal sealed class CropSession : IDisposable
{
    private readonly byte[] _model;
    private readonly int _threads;
    private readonly bool _isShared;
    private readonly ConcurrentBag<InferenceSession> _all = [];
    private readonly ConcurrentStack<InferenceSession> _idle = [];
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;

    /// <param name="model">A model whose inputs are called like the columns of crops.</param>
    /// <param name="threads">Threads of one call; 1 where several calls run side by side.</param>
    /// <param name="gpuDeviceId">The CUDA device; null for the processor.</param>
    /// <param name="fallbackToCpu">Whether the processor takes over where the device is not there.</param>
    /// <exception cref="InvalidOperationException">The device cannot be used.</exception>
    public CropSession(byte[] model, int threads, int? gpuDeviceId = null, bool fallbackToCpu = false)
    {
        (_model, _threads) = (model, threads);
        (var first, _isShared) = Load(model, threads, gpuDeviceId, fallbackToCpu);
        _all.Add(first);
        _idle.Push(first);
        _inputs = [.. FaceColumns.Crops.Where(first.InputMetadata.ContainsKey)];
    }

    /// <summary>Sessions that were made.</summary>
    public int Sessions => _all.Count;

    /// <summary>Runs the model on faces, one at least.</summary>
    /// <returns>The numbers of each output, face by face.</returns>
    public float[][] Run(IReadOnlyList<FaceCrops> faces, params string[] outputs)
    {
        var (buffers, values) = (new List<byte[]>(), new List<OrtValue>());
        InferenceSession? session = null;
        try
        {
            foreach (var column in _inputs)
            {
                var side = column == FaceColumns.Face ? FacePartCropOptions.FaceSide : FacePartCropOptions.PartSide;
                var bytes = 3 * side * side;
                var buffer = ArrayPool<byte>.Shared.Rent(faces.Count * bytes);
                buffers.Add(buffer);
                for (var i = 0; i < faces.Count; i++)
                    faces[i].Of(column).CopyTo(buffer.AsSpan(i * bytes, bytes));
                values.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, faces.Count * bytes), [faces.Count, 3, side, side]));
            }
            session = Rent();
            using var results = session.Run(_run, _inputs, values, outputs);
            return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray())];
        }
        finally
        {
            if (session is not null && !_isShared)
                _idle.Push(session);
            values.ForEach(value => value.Dispose());
            buffers.ForEach(buffer => ArrayPool<byte>.Shared.Return(buffer));
        }
    }

    public void Dispose()
    {
        foreach (var session in _all)
            session.Dispose();
        _run.Dispose();
    }

    private InferenceSession Rent()
    {
        if (_isShared ? _idle.TryPeek(out var idle) : _idle.TryPop(out idle))
            return idle;
        using var options = Options(_threads);
        var session = new InferenceSession(_model, options);
        _all.Add(session);
        return session;
    }

    // On a device calls are queued anyway, and its memory is dear.
    private static (InferenceSession Session, bool IsShared) Load(byte[] model, int threads, int? gpuDeviceId, bool fallbackToCpu)
    {
        if (gpuDeviceId is { } device)
        {
            try
            {
                using var cuda = Options(threads);
                cuda.AppendExecutionProvider_CUDA(device);
                return (new InferenceSession(model, cuda), true);
            }
            catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
            {
                if (!fallbackToCpu)
                    throw new InvalidOperationException($"The CUDA device {device} cannot be used: {e.Message} Build with ONNX Runtime's GPU package, or leave the device out.", e);
            }
        }
        using var options = Options(threads);
        return (new InferenceSession(model, options), false);
    }

    private static SessionOptions Options(int threads)
    {
        var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        IntegerKernels.Configure(options);
        return options;
    }
}
