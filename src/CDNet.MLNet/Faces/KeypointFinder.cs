using CDNet.MLNet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Faces;

/// <summary>Measures the key points of a face that was found, by the network of <see cref="KeypointSpec"/>. Safe to use from several threads at once.</summary>
internal sealed class KeypointFinder : IDisposable
{
    private const int MostSide = 4096;
    private const int Channels = 3;

    // Sides of the windows in sides of the box, about what the network was trained for.
    private static readonly float[] Reaches = [0.94f * KeypointSpec.Reach, 1.06f * KeypointSpec.Reach];

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

    /// <summary>Where the points are: the mean of what the network says of several windows and of their mirror images, whose errors are not the same.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="box">The face, as the detector found it.</param>
    public FaceKeypoints Find(PixelView picture, FaceBox box)
    {
        var bytes = _side * _side * Channels;
        var windows = Array.ConvertAll(Reaches, reach => CropGeometry.SquareAbout(box.Center, reach * Math.Max(box.Width, box.Height)));
        var pixels = new byte[2 * windows.Length * bytes];
        for (var i = 0; i < windows.Length; i++)
        {
            var cut = pixels.AsSpan(2 * i * bytes, bytes);
            Resampler.ToInterleaved(picture, windows[i], _side, cut);
            Mirror(cut, pixels.AsSpan((2 * i + 1) * bytes, bytes));
        }
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [2 * windows.Length, _side, _side, Channels]);
        using var outputs = _session.Run(_run, [KeypointGraph.Input], [input], [KeypointGraph.Output]);
        var found = outputs[0].GetTensorDataAsSpan<float>();
        Span<float> points = stackalloc float[FaceKeypoints.Length];
        for (var i = 0; i < windows.Length; i++)
            Add(found.Slice(2 * i * FaceKeypoints.Length, 2 * FaceKeypoints.Length), windows[i], 0.5f / windows.Length, points);
        return FaceKeypoints.FromSpan(points);
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    /// <summary>Adds the points of a window and of its mirror image, in pixels of the picture.</summary>
    private static void Add(ReadOnlySpan<float> found, FaceBox window, float weight, Span<float> points)
    {
        Span<float> mirrored = stackalloc float[FaceKeypoints.Length];
        FaceKeypoints.FromSpan(found[FaceKeypoints.Length..]).WithSidesExchanged().CopyTo(mirrored);
        for (var i = 0; i < points.Length; i += 2)
        {
            points[i] += weight * (2 * window.Left + (found[i] + 1 - mirrored[i]) * window.Width);
            points[i + 1] += weight * (2 * window.Top + (found[i + 1] + mirrored[i + 1]) * window.Height);
        }
    }

    private void Mirror(ReadOnlySpan<byte> window, Span<byte> mirrored)
    {
        for (var pixel = 0; pixel < _side * _side; pixel++)
        {
            var (row, column) = (pixel / _side, pixel % _side);
            window.Slice(Channels * pixel, Channels).CopyTo(mirrored[(Channels * (row * _side + _side - 1 - column))..]);
        }
    }
}
