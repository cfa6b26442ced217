namespace CDNet.MLNet.Video;

/// <summary>Reads frames from a video file through OpenCV and the FFmpeg inside it: H.264, H.265, VP8, VP9, MPEG-1, 2 and 4, Motion JPEG and others.</summary>
/// <remarks>
/// Frames come upright, in order of display. A damaged place costs the frames it holds, not the rest. One thread at a time may use a reader; readers are
/// independent of each other.
/// </remarks>
public sealed class VideoReader : IDisposable
{
    /// <summary>Most pixels of a frame: 67,108,864, which is 8192x8192.</summary>
    public const long MaxPixels = 1L << 26;

    private readonly VideoReaderOptions _options;
    private FrameDecoder? _unused;
    private FrameTimeline? _timeline;
    private int? _decodable;
    private bool _disposed;

    private VideoReader(string path, VideoReaderOptions options)
    {
        Path = path;
        _options = options;
        _unused = FrameDecoder.Open(path, options);
        Width = _unused.Width;
        Height = _unused.Height;
        FramesPerSecond = _unused.FramesPerSecond;
        DeclaredFrameCount = _unused.DeclaredFrameCount;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Width in pixels, after the video's rotation.</summary>
    public int Width { get; }

    /// <summary>Height in pixels, after the video's rotation.</summary>
    public int Height { get; }

    /// <summary>Frames per second on average, by the file's header; 0 where it does not tell.</summary>
    public double FramesPerSecond { get; }

    /// <summary>How many frames the file's header declares, or its duration lets expect; 0 where it does not tell. Not relied on.</summary>
    public int DeclaredFrameCount { get; }

    /// <summary>
    /// What is wrong with the file although frames could be read: fewer frames than declared, damaged places, a picture that does not change. Null where nothing is. Complete when
    /// <see cref="All"/> or <see cref="Sample"/> has come to its end.
    /// </summary>
    public string? Warning { get; private set; }

    /// <summary>Opens a video with one decoding thread for each processor.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The reader, which the caller disposes of.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty, a folder, no video, cut short before its index, of frames with more than <see cref="MaxPixels"/>, or of a codec that cannot be decoded (AV1); the message names the file and the reason.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing or does not load; the message says what to install.</exception>
    public static VideoReader Open(string path) => Open(path, new VideoReaderOptions());

    /// <summary>Opens a video.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read.</param>
    /// <returns>The reader, which the caller disposes of.</returns>
    /// <inheritdoc cref="Open(string)"/>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static VideoReader Open(string path, VideoReaderOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new VideoReader(path, options);
    }

    /// <summary>All frames, in order of display.</summary>
    /// <param name="c">Stops the reading between two frames.</param>
    /// <returns>The frames, decoded as they are asked for; the caller disposes of each.</returns>
    /// <exception cref="OperationCanceledException">The reading was stopped.</exception>
    public IEnumerable<VideoFrame> All(CancellationToken c = default)
    {
        using var decoder = TakeDecoder();
        var count = 0;
        while (decoder.MoveNext())
        {
            c.ThrowIfCancellationRequested();
            yield return decoder.ToFrame(count++);
        }
        _decodable = count;
        Warning = VideoHealth.Describe(decoder, count, decoder.Time);
    }

    /// <summary>
    /// Frames at even distances: the frame in the middle of each of <paramref name="count"/> equal parts, or every frame once where there are no more than that. They
    /// are the same frames as <see cref="All"/> gives, and the way to them leads over key frames where that is shorter.
    /// </summary>
    /// <param name="count">How many frames, at least 1. Default 32.</param>
    /// <param name="c">Stops the reading between two frames.</param>
    /// <returns>The frames, decoded as they are asked for; the caller disposes of each.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    /// <exception cref="OperationCanceledException">The reading was stopped.</exception>
    public IEnumerable<VideoFrame> Sample(int count = 32, CancellationToken c = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return SampleFrames(count, c);
    }

    private IEnumerable<VideoFrame> SampleFrames(int count, CancellationToken c)
    {
        var given = -1;
        _timeline ??= FrameTimeline.Read(Path, c);
        if (_timeline.IsUsable && (_decodable ?? _timeline.Count) == _timeline.Count)
        {
            using var walk = new TimelineWalk(_timeline, TakeDecoder);
            var indices = EvenSample.Indices(_timeline.Count, count).GetEnumerator();
            var more = indices.MoveNext();
            while (more && walk.Reach(indices.Current, c))
            {
                given = indices.Current;
                yield return walk.Decoder.ToFrame(given);
                more = indices.MoveNext();
            }
            Warning = VideoHealth.Describe(walk.Decoder, _timeline.Count, _timeline.End);
            if (!more)
                yield break;
        }

        // The packets do not tell which frames come out: they are counted first, and then counted off.
        _decodable ??= CountFrames(c);
        using var decoder = TakeDecoder();
        var next = 0;
        foreach (var index in EvenSample.Indices(_decodable.Value, count).Where(index => index > given))
        {
            for (; next <= index; next++)
            {
                c.ThrowIfCancellationRequested();
                if (!decoder.MoveNext())
                    yield break;
            }
            yield return decoder.ToFrame(index);
        }
    }

    private int CountFrames(CancellationToken c)
    {
        using var decoder = TakeDecoder();
        var count = 0;
        while (decoder.MoveNext())
        {
            c.ThrowIfCancellationRequested();
            count++;
        }
        Warning = VideoHealth.Describe(decoder, count, decoder.Time);
        return count;
    }

    /// <summary>A decoder at the first frame: the one that opening left, or a new one.</summary>
    private FrameDecoder TakeDecoder()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var decoder = _unused ?? FrameDecoder.Open(Path, _options);
        _unused = null;
        return decoder;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _unused?.Dispose();
        _unused = null;
    }
}
