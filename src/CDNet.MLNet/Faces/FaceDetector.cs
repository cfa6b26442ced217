using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Faces;

/// <summary>Finds every face of a picture: BlazeFace over overlapping windows, merged by weighted non-maximum suppression.</summary>
/// <remarks>Safe to use from several threads at once.</remarks>
public sealed class FaceDetector : IDisposable
{
    // Windows that the network looks at at once: more of them leave a core's cache and take longer each.
    private const int Batch = 2;

    // Sides of windows, in sides of the box, in which MediaPipe's detectors, which label and are compared with, measure a face best. One that fills its window, as in the first look at a tight crop, is seen too large and its points too far out.
    private static readonly float[] SteadyReaches = [2.8f, 3.2f, 3.6f, 4f];

    private readonly RunOptions _run = new();
    private readonly InferenceSession _session;
    private readonly Lazy<KeypointFinder>? _keypoints;
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
            _session = new InferenceSession(OnnxChannelPadding.Apply(model.Part(BlazeFaceGraph.Output)), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{model.Name}: ONNX Runtime cannot run this face detector: {e.Message}", e);
        }
        if (!_session.InputMetadata.TryGetValue(BlazeFaceGraph.Input, out var input) || input.Dimensions is not [_, var height, var width, 3]
            || height != _side || width != _side
            || !_session.OutputMetadata.TryGetValue(BlazeFaceGraph.Output, out var output) || output.Dimensions is not [_, > 0 and var anchors, BlazeFaceGraph.Values])
        {
            Dispose();
            throw new InvalidDataException($"{model.Name}: the graph does not have the inputs and outputs of a face detector.");
        }
        _anchors = anchors;
        if (model.HasKeypointNetwork)
            _keypoints = new(() => new KeypointFinder(model));
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
    public void Dispose()
    {
        if (_keypoints is { IsValueCreated: true })
            _keypoints.Value.Dispose();
        _session.Dispose();
        _run.Dispose();
    }

    internal List<DetectedFace> Detect(PixelView picture, FacePartCropOptions options)
    {
        var found = Look(picture, TilePlan.For(picture.Width, picture.Height, options.TileSide, options.MaxTiles), options);
        if (found.Count == 0)
            found = Look(picture, TilePlan.Beyond(picture.Width, picture.Height), options);
        return options.SecondLook > 0 && found.Count > 0 ? Measure(picture, found, options) : found;
    }

    /// <summary>The faces as a second look sees them. A network for key points moves these alone. The detector itself measures the box too: how sure the first was decides what is a face and which is the first, and two that turn out to be one are merged.</summary>
    private List<DetectedFace> Measure(PixelView picture, List<DetectedFace> found, FacePartCropOptions options)
    {
        if (_keypoints is { Value: var finder })
        {
            for (var i = 0; i < found.Count; i++)
                found[i] = found[i] with { Keypoints = finder.Find(picture, found[i].Box) };
            return found;
        }
        var measured = new List<DetectedFace>(found.Count);
        foreach (var face in found)
            measured.Add(LookAgain(picture, face, options.SecondLook, options) is { } seen ? seen with { Confidence = face.Confidence } : face);
        return WeightedNms.Merge(measured, options.MergeOverlap);
    }

    /// <summary>Looks at a face that was found once more, in a window of its own.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="face">The face.</param>
    /// <param name="reach">Side of the window as a multiple of the box.</param>
    /// <param name="options">Thresholds.</param>
    /// <returns>The face as it is seen there, or null where it is not.</returns>
    private DetectedFace? LookAgain(PixelView picture, DetectedFace face, float reach, FacePartCropOptions options)
    {
        var side = Math.Max(1, (int)(reach * Math.Max(face.Box.Width, face.Box.Height)));
        var (left, top) = ((int)MathF.Round(face.Box.Center.X - side / 2f), (int)MathF.Round(face.Box.Center.Y - side / 2f));
        return face.About(Look(picture, [new Tile(left, top, side, IsCoarse: true)], options));
    }

    /// <summary>A face that was found, as the mean of several looks from further away; itself where it is not seen from there.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="face">The face.</param>
    /// <param name="options">Thresholds.</param>
    internal DetectedFace LookSteadily(PixelView picture, DetectedFace face, FacePartCropOptions options)
    {
        // The first box may be too large; the next ones are measured by its successor.
        var seen = LookAgain(picture, face, SteadyReaches[1], options) ?? face;
        var looks = new List<DetectedFace>();
        foreach (var reach in SteadyReaches)
        {
            if (LookAgain(picture, seen, reach, options) is { } look)
                looks.Add(look);
        }
        return looks.Count > 0 ? WeightedNms.Average(looks) : seen;
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
        var tileBytes = _side * _side * 3;
        var pixels = ArrayPool<byte>.Shared.Rent(tiles.Count * tileBytes);
        try
        {
            Cut(picture, CollectionsMarshal.AsSpan(tiles), pixels);
            for (var start = 0; start < tiles.Count; start += Batch)
            {
                var count = Math.Min(Batch, tiles.Count - start);
                Look(picture, CollectionsMarshal.AsSpan(tiles).Slice(start, count), pixels.AsMemory(start * tileBytes, count * tileBytes), options.MinConfidence, found);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
        return WeightedNms.Merge(found, options.MergeOverlap);
    }

    private void Cut(PixelView picture, ReadOnlySpan<Tile> tiles, Span<byte> pixels)
    {
        var tileBytes = _side * _side * 3;
        for (var start = 0; start < tiles.Length;)
        {
            // Windows side by side share the rows of the picture.
            var row = new List<FaceBox>();
            for (var i = start; i < tiles.Length && (tiles[i].Top, tiles[i].Side) == (tiles[start].Top, tiles[start].Side); i++)
                row.Add(new FaceBox(tiles[i].Left, tiles[i].Top, tiles[i].Side, tiles[i].Side));
            Resampler.ToInterleaved(picture, CollectionsMarshal.AsSpan(row), _side, pixels.Slice(start * tileBytes, row.Count * tileBytes));
            start += row.Count;
        }
    }

    private void Look(PixelView picture, ReadOnlySpan<Tile> tiles, Memory<byte> pixels, float minConfidence, List<DetectedFace> found)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pixels, [tiles.Length, _side, _side, 3]);
        using var outputs = _session.Run(_run, [BlazeFaceGraph.Input], [input], [BlazeFaceGraph.Output]);
        var values = outputs[0].GetTensorDataAsSpan<float>();
        for (var i = 0; i < tiles.Length; i++)
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
