namespace CDNet.MLNet.Video;

/// <summary>Reads a video through OpenCV and the FFmpeg inside it.</summary>
internal sealed class OpenCvReader : IVideoBackend
{
    private readonly string _path;
    private readonly VideoReaderOptions _options;
    private FrameDecoder? _unused;
    private FrameTimeline? _timeline;
    private int? _decodable;
    private bool _disposed;

    public OpenCvReader(string path, VideoReaderOptions options)
    {
        _path = path;
        _options = options;
        _unused = FrameDecoder.Open(path, options);
        Width = _unused.Width;
        Height = _unused.Height;
        FramesPerSecond = _unused.FramesPerSecond;
        DeclaredFrameCount = _unused.DeclaredFrameCount;
    }

    public int Width { get; }

    public int Height { get; }

    public double FramesPerSecond { get; }

    public int DeclaredFrameCount { get; }

    public string? Warning { get; private set; }

    public IEnumerable<VideoFrame> All(CancellationToken c)
    {
        using var decoder = TakeDecoder();
        var count = 0;
        while (decoder.MoveNext())
        {
            c.ThrowIfCancellationRequested();
            yield return decoder.ToFrame(count++);
        }
        _decodable = count;
        Warning = VideoHealth.Describe(decoder.Facts, count, decoder.Time);
    }

    public IEnumerable<VideoFrame> Sample(int count, CancellationToken c)
    {
        var given = -1;
        _timeline ??= FrameTimeline.Read(_path, c);
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
            Warning = VideoHealth.Describe(walk.Decoder.Facts, _timeline.Count, _timeline.End);
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
        Warning = VideoHealth.Describe(decoder.Facts, count, decoder.Time);
        return count;
    }

    /// <summary>A decoder at the first frame: the one that opening left, or a new one.</summary>
    private FrameDecoder TakeDecoder()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var decoder = _unused ?? FrameDecoder.Open(_path, _options);
        _unused = null;
        return decoder;
    }

    public void Dispose()
    {
        _disposed = true;
        _unused?.Dispose();
        _unused = null;
    }
}
