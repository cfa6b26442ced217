using CDNet.MLNet.Video.Ffmpeg;

namespace CDNet.MLNet.Video;

/// <summary>Reads frames from a video file: H.264, H.265, VP8, VP9, MPEG-1, 2 and 4, Motion JPEG and others, through OpenCV and the FFmpeg inside it or through the program ffmpeg.</summary>
/// <remarks>
/// Frames come upright, in order of display. A damaged place costs the frames it holds, not the rest. One thread at a time may use a reader; readers are
/// independent of each other. Both decoders give the same frames; their colours may differ by rounding.
/// </remarks>
public sealed class VideoReader : IDisposable
{
    /// <summary>Most pixels of a frame: 67,108,864, which is 8192x8192.</summary>
    public const long MaxPixels = 1L << 26;

    private readonly IVideoBackend _backend;

    private VideoReader(string path, IVideoBackend backend) => (Path, _backend) = (path, backend);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Width in pixels, after the video's rotation.</summary>
    public int Width => _backend.Width;

    /// <summary>Height in pixels, after the video's rotation.</summary>
    public int Height => _backend.Height;

    /// <summary>Frames per second on average, by the file's header; 0 where it does not tell.</summary>
    public double FramesPerSecond => _backend.FramesPerSecond;

    /// <summary>How many frames the file's header declares, or its duration lets expect; 0 where it does not tell. Not relied on.</summary>
    public int DeclaredFrameCount => _backend.DeclaredFrameCount;

    /// <summary>
    /// What is wrong with the file although frames could be read: fewer frames than declared, damaged places, a picture that does not change. Null where nothing is. Complete when
    /// <see cref="All"/> or <see cref="Sample"/> has come to its end.
    /// </summary>
    public string? Warning => _backend.Warning;

    /// <summary>Opens a video with OpenCV and one decoding thread for each processor.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The reader, which the caller disposes of.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty, a folder, no video, cut short before its index, of frames with more than <see cref="MaxPixels"/>, or of a codec that cannot be decoded (OpenCV: AV1); the message names the file and the reason.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing or does not load; the message says what to install.</exception>
    public static VideoReader Open(string path) => Open(path, new VideoReaderOptions());

    /// <summary>Opens a video.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read.</param>
    /// <returns>The reader, which the caller disposes of.</returns>
    /// <inheritdoc cref="Open(string)"/>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The program ffmpeg was asked for and is missing or too old; the message says what to install.</exception>
    public static VideoReader Open(string path, VideoReaderOptions options) => Open(path, options, forSample: false, default);

    /// <summary>Opens a video that will be asked for a sample or for all frames: so the program is started once less.</summary>
    internal static VideoReader Open(string path, VideoReaderOptions options, bool forSample, CancellationToken c)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new VideoReader(path, FfmpegPrograms.For(options) is { } programs ? new FfmpegReader(path, options, programs, forSample, c) : new OpenCvReader(path, options));
    }

    /// <summary>All frames, in order of display.</summary>
    /// <param name="c">Stops the reading.</param>
    /// <returns>The frames, decoded as they are asked for; the caller disposes of each.</returns>
    /// <exception cref="OperationCanceledException">The reading was stopped.</exception>
    /// <exception cref="InvalidDataException">Not one frame could be decoded, or the program ffmpeg stalled.</exception>
    public IEnumerable<VideoFrame> All(CancellationToken c = default) => _backend.All(c);

    /// <summary>
    /// Frames at even distances: the frame in the middle of each of <paramref name="count"/> equal parts, or every frame once where there are no more than that. They
    /// are the same frames as <see cref="All"/> gives, and the way to them leads over key frames where that is shorter.
    /// </summary>
    /// <param name="count">How many frames, at least 1. Default 32.</param>
    /// <param name="c">Stops the reading.</param>
    /// <returns>The frames, decoded as they are asked for; the caller disposes of each.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    /// <exception cref="OperationCanceledException">The reading was stopped.</exception>
    /// <exception cref="InvalidDataException">Not one frame could be decoded, or the program ffmpeg stalled.</exception>
    public IEnumerable<VideoFrame> Sample(int count = 32, CancellationToken c = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return _backend.Sample(count, c);
    }

    /// <inheritdoc/>
    public void Dispose() => _backend.Dispose();
}
