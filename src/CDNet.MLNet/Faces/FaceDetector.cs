using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Faces;

/// <summary>Finds every face of a picture: BlazeFace over overlapping windows, merged by weighted non-maximum suppression.</summary>
/// <remarks>Safe to use from several threads at once.</remarks>
public sealed class FaceDetector : IDisposable
{
    // Bounds the memory of one call; more windows than this are looked at in turns.
    private const int MaxBatch = 16;

    private readonly InferenceSession _session;
    private readonly int _side;
    private readonly int _anchors;

    /// <summary>Loads a detector into ONNX Runtime.</summary>
    /// <param name="model">The network.</param>
    /// <exception cref="InvalidDataException">ONNX Runtime refuses the network.</exception>
    public FaceDetector(FaceDetectorModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _side = model.InputSide;
        try
        {
            // One thread: callers run several pictures at a time, and one window takes milliseconds.
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            _session = new InferenceSession(model.Onnx, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{model.Name}: ONNX Runtime cannot run this face detector: {e.Message}", e);
        }
        if (!_session.InputMetadata.TryGetValue(BlazeFaceGraph.Input, out var input) || input.Dimensions is not [_, var height, var width, 3]
            || height != _side || width != _side
            || !_session.OutputMetadata.TryGetValue(BlazeFaceGraph.Output, out var output) || output.Dimensions is not [_, > 0 and var anchors, BlazeFaceGraph.Values])
        {
            _session.Dispose();
            throw new InvalidDataException($"{model.Name}: the graph does not have the inputs and outputs of a face detector.");
        }
        _anchors = anchors;
    }

    /// <summary>Finds all faces of a picture.</summary>
    /// <param name="image">The picture, any size.</param>
    /// <param name="options">Thresholds and windows; the defaults of <see cref="FacePartCropOptions"/> where null. Its detector is not looked at.</param>
    /// <returns>Faces by falling confidence, in pixels of the picture; empty where there is none.</returns>
    public IReadOnlyList<DetectedFace> Detect(MLImage image, FacePartCropOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        options ??= new FacePartCropOptions();
        options.Validate();
        return Detect(PixelView.Of(image), options);
    }

    /// <inheritdoc />
    public void Dispose() => _session.Dispose();

    internal List<DetectedFace> Detect(PixelView picture, FacePartCropOptions options)
    {
        var found = Look(picture, TilePlan.For(picture.Width, picture.Height, options.TileSide, options.MaxTiles), options);
        return found.Count > 0 ? found : Look(picture, TilePlan.Beyond(picture.Width, picture.Height), options);
    }

    /// <summary>Median time of the network on one window, in milliseconds; it has one thread.</summary>
    internal double TimeWindow(int times)
    {
        var pixels = new byte[_side * _side * 3];
        new Random(1).NextBytes(pixels);
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, _side, _side, 3]);
        using var run = new RunOptions();
        var milliseconds = new double[times];
        for (var i = 0; i < times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            _session.Run(run, [BlazeFaceGraph.Input], [input], [BlazeFaceGraph.Output]).Dispose();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return milliseconds.Order().ElementAt(times / 2);
    }

    private List<DetectedFace> Look(PixelView picture, List<Tile> tiles, FacePartCropOptions options)
    {
        var found = new List<DetectedFace>();
        for (var start = 0; start < tiles.Count; start += MaxBatch)
            Look(picture, tiles.GetRange(start, Math.Min(MaxBatch, tiles.Count - start)), options.MinConfidence, found);
        return WeightedNms.Merge(found, options.MergeOverlap);
    }

    private void Look(PixelView picture, List<Tile> tiles, float minConfidence, List<DetectedFace> found)
    {
        var tileBytes = _side * _side * 3;
        var pixels = new byte[tiles.Count * tileBytes];
        for (var i = 0; i < tiles.Count; i++)
        {
            var window = new FaceBox(tiles[i].Left, tiles[i].Top, tiles[i].Side, tiles[i].Side);
            Resampler.ToInterleaved(picture, window, _side, pixels.AsSpan(i * tileBytes, tileBytes));
        }

        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [tiles.Count, _side, _side, 3]);
        using var run = new RunOptions();
        using var outputs = _session.Run(run, [BlazeFaceGraph.Input], [input], [BlazeFaceGraph.Output]);
        var values = outputs[0].GetTensorDataAsSpan<float>();
        for (var i = 0; i < tiles.Count; i++)
        {
            for (var anchor = 0; anchor < _anchors; anchor++)
            {
                var one = values.Slice((i * _anchors + anchor) * BlazeFaceGraph.Values, BlazeFaceGraph.Values);
                if (one[0] >= minConfidence && ToPicture(one, tiles[i]) is { } face && IsWhole(face.Box, tiles[i], picture))
                    found.Add(face);
            }
        }
    }

    private static DetectedFace ToPicture(ReadOnlySpan<float> values, Tile tile)
    {
        var (width, height) = (values[3] * tile.Side, values[4] * tile.Side);
        var box = new FaceBox(tile.Left + values[1] * tile.Side - width / 2, tile.Top + values[2] * tile.Side - height / 2, width, height);
        Span<float> points = stackalloc float[FaceKeypoints.Length];
        for (var i = 0; i < points.Length; i++)
            points[i] = (i % 2 == 0 ? tile.Left : tile.Top) + values[5 + i] * tile.Side;
        return new DetectedFace(box, FaceKeypoints.FromSpan(points), values[0]);
    }

    /// <summary>A face that a fine window cuts is seen whole by its neighbour or by a coarser one, and measured better there.</summary>
    private static bool IsWhole(FaceBox box, Tile tile, PixelView picture)
    {
        if (!(box.Width > 0 && box.Height > 0))
            return false;
        return tile.IsCoarse
            || ((tile.Left == 0 || box.Left >= tile.Left)
                && (tile.Top == 0 || box.Top >= tile.Top)
                && (tile.Left + tile.Side == picture.Width || box.Right <= tile.Left + tile.Side)
                && (tile.Top + tile.Side == picture.Height || box.Bottom <= tile.Top + tile.Side));
    }
}
