using Microsoft.ML.Data;
using OpenCvSharp;

namespace CDNet.MLNet.Video;

/// <summary>Reads frames from a video file.</summary>
public sealed class VideoReader : IDisposable
{
    private VideoReader(string path, VideoCapture capture)
    {
        Path = path;
        Width = (int)capture.Get(VideoCaptureProperties.FrameWidth);
        Height = (int)capture.Get(VideoCaptureProperties.FrameHeight);
        FramesPerSecond = capture.Get(VideoCaptureProperties.Fps);
        DeclaredFrameCount = (int)Math.Clamp(capture.Get(VideoCaptureProperties.FrameCount), 0, int.MaxValue);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Width in pixels, after the video's rotation.</summary>
    public int Width { get; }

    /// <summary>Height in pixels, after the video's rotation.</summary>
    public int Height { get; }

    /// <summary>Frames per second on average; 0 where the file does not tell.</summary>
    public double FramesPerSecond { get; }

    /// <summary>How many frames the file's header promises; 0 where it does not tell.</summary>
    public int DeclaredFrameCount { get; }

    /// <summary>What is wrong with the file although frames could be read; null where nothing is. Known after the frames were read.</summary>
    public string? Warning { get; private set; }

    /// <summary>Opens a video.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty, a folder, no video, or of a codec that cannot be decoded; the message names the file and the reason.</exception>
    public static VideoReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
            throw new InvalidDataException($"{path}: a folder, not a video.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file.", path);
        if (new FileInfo(path).Length == 0)
            throw new InvalidDataException($"{path}: the file is empty.");
        using var capture = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
        if (!capture.IsOpened())
            throw new InvalidDataException($"{path}: no video in a known format.");
        if (!capture.Grab())
            throw new InvalidDataException($"{path}: not one frame could be decoded.");
        return new VideoReader(path, capture);
    }

    /// <summary>Frames at even distances, or all where there are no more than that.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="c">Stops the reading between two frames.</param>
    public IEnumerable<VideoFrame> Sample(int count = 32, CancellationToken c = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var total = 0;
        using (var counting = new VideoCapture(Path, VideoCaptureAPIs.FFMPEG))
        {
            while (counting.Grab())
            {
                c.ThrowIfCancellationRequested();
                total++;
            }
        }
        count = Math.Min(count, total);
        return Read(Enumerable.Range(0, count).Select(i => (int)((2L * i + 1) * total / (2 * count))), c);
    }

    /// <summary>All frames, in order.</summary>
    /// <param name="c">Stops the reading between two frames.</param>
    public IEnumerable<VideoFrame> All(CancellationToken c = default) => Read(Enumerable.Range(0, int.MaxValue), c);

    private IEnumerable<VideoFrame> Read(IEnumerable<int> indices, CancellationToken c)
    {
        using var capture = new VideoCapture(Path, VideoCaptureAPIs.FFMPEG);
        using var picture = new Mat();
        using var rgba = new Mat();
        var next = 0;
        foreach (var index in indices)
        {
            for (; next <= index; next++)
            {
                c.ThrowIfCancellationRequested();
                if (!capture.Grab())
                    yield break;
            }
            if (!capture.Retrieve(picture))
                yield break;
            yield return new VideoFrame(index, TimeSpan.FromMilliseconds(capture.Get(VideoCaptureProperties.PosMsec)), ToImage(picture, rgba));
        }
    }

    private static unsafe MLImage ToImage(Mat picture, Mat rgba)
    {
        Cv2.CvtColor(picture, rgba, ColorConversionCodes.BGR2RGBA);
        return MLImage.CreateFromPixels(rgba.Width, rgba.Height, MLPixelFormat.Rgba32, new ReadOnlySpan<byte>((void*)rgba.Data, rgba.Width * rgba.Height * 4));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
