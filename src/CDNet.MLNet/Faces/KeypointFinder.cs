using CDNet.MLNet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Faces;

/// <summary>Measures the key points of a face that was found, by the network of <see cref="KeypointSpec"/>. Safe to use from several threads at once.</summary>
internal sealed class KeypointFinder : IDisposable
{
    private const int MostSide = 4096;

    private readonly RunOptions _run = new();
    private readonly InferenceSession _session;
    private readonly int _side;

    /// <summary>Loads the network.</summary>
    /// <param name="model">A detector that has one.</param>
    /// <exception cref="InvalidDataException">ONNX Runtime refuses the network, or it is none of this kind.</exception>
    public KeypointFinder(FaceDetectorModel model)
    {
        try
        {
            // One thread, as the detector.
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            _session = new InferenceSession(OnnxChannelPadding.Apply(model.Part(KeypointGraph.Output)), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{model.Name}: ONNX Runtime cannot run this detector's network for key points: {e.Message}", e);
        }
        if (!_session.InputMetadata.TryGetValue(KeypointGraph.Input, out var input) || input.Dimensions is not [_, > 0 and var height, > 0 and var width, 3] || height != width || height > MostSide
            || _session.OutputMetadata[KeypointGraph.Output].Dimensions is not [_, FaceKeypoints.Length])
        {
            Dispose();
            throw new InvalidDataException($"{model.Name}: its network for key points does not have the inputs and outputs of one.");
        }
        _side = height;
    }

    /// <summary>Where the points are.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="box">The face, as the detector found it.</param>
    public FaceKeypoints Find(PixelView picture, FaceBox box)
    {
        var side = KeypointSpec.Reach * Math.Max(box.Width, box.Height);
        var window = new FaceBox(box.Center.X - side / 2, box.Center.Y - side / 2, side, side);
        var pixels = new byte[_side * _side * 3];
        Resampler.ToInterleaved(picture, window, _side, pixels);
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, _side, _side, 3]);
        using var outputs = _session.Run(_run, [KeypointGraph.Input], [input], [KeypointGraph.Output]);
        Span<float> points = stackalloc float[FaceKeypoints.Length];
        outputs[0].GetTensorDataAsSpan<float>().CopyTo(points);
        for (var i = 0; i < points.Length; i++)
            points[i] = (i % 2 == 0 ? window.Left : window.Top) + points[i] * side;
        return FaceKeypoints.FromSpan(points);
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }
}
