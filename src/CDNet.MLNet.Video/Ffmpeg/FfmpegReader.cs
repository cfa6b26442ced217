using System.Globalization;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Video.Ffmpeg;

/// <summary>What a run of ffmpeg needs to know.</summary>
internal sealed record FfmpegVideo(string Path, StreamFacts Facts, FfmpegPrograms Programs, VideoReaderOptions Options);

/// <summary>Reads a video through the program ffmpeg.</summary>
internal sealed class FfmpegReader : IVideoBackend
{
    // What starting the program once more costs, in frames decoded.
    private const int RunCost = 100;

    // More frames than this are not named one by one to ffmpeg: all come, and those that are not wanted are dropped.
    private const int MostNamed = 256;

    private readonly FfmpegVideo _video;
    private PacketTimeline? _timeline;
    private List<TimeSpan>? _decodable;
    private StillPicture _still = new();
    private bool _disposed;

    /// <param name="path">The file.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="programs">What reads it.</param>
    /// <param name="withTimeline">Whether the time stamps are read at once, because a sample will be asked for.</param>
    /// <param name="c">Stops the reading.</param>
    public FfmpegReader(string path, VideoReaderOptions options, FfmpegPrograms programs, bool withTimeline, CancellationToken c)
    {
        VideoHealth.CheckFile(path);
        (var facts, _timeline) = Named(path, () => Probe.Read(path, programs, options, withTimeline, c));
        if ((long)facts.Width * facts.Height > VideoReader.MaxPixels)
            throw new InvalidDataException($"{path}: frames of {facts.Width}x{facts.Height} pixels are too large (at most {VideoReader.MaxPixels:N0} pixels).");
        _video = new FfmpegVideo(path, facts, programs, options);
    }

    public int Width => _video.Facts.Width;

    public int Height => _video.Facts.Height;

    public double FramesPerSecond => _video.Facts.FramesPerSecond;

    public int DeclaredFrameCount => _video.Facts.DeclaredFrameCount;

    public string? Warning { get; private set; }

    public IEnumerable<VideoFrame> All(CancellationToken c)
    {
        Begin();
        var times = new List<TimeSpan>();
        using var run = FrameRun.Start(_video, null, null, null, hasPixels: true, c);
        while (Named(run.MoveNext))
        {
            times.Add(_video.Facts.TimeOf(run.Stamp, Last(times)));
            yield return ToFrame(run, times.Count - 1, times[^1]);
        }
        _decodable = times;
        End([run], times.Count, Last(times));
    }

    public IEnumerable<VideoFrame> Sample(int count, CancellationToken c)
    {
        Begin();
        _timeline ??= Named(() => Probe.Read(_video.Path, _video.Programs, _video.Options, withPackets: true, c).Timeline!);
        var given = -1;
        if (_timeline.IsUsable && (_decodable?.Count ?? _timeline.Count) == _timeline.Count)
        {
            var runs = new List<FrameRun>();
            var isAsExpected = true;
            foreach (var (indices, key) in _timeline.Runs(EvenSample.Indices(_timeline.Count, count), RunCost))
            {
                using var run = FrameRun.Start(_video, Select("pts", indices, _timeline.StampOf), LimitOf(indices), key is { } at ? _timeline.StampOf(at) : null, hasPixels: true, c);
                // Behind a jump the decoder may miss what frames refer to; that is no damage.
                if (key is null)
                    runs.Add(run);
                foreach (var index in indices)
                {
                    var stamp = _timeline.StampOf(index);
                    while ((isAsExpected = Named(run.MoveNext)) && run.Stamp < stamp && indices.Length > MostNamed)
                    {
                    }
                    isAsExpected = isAsExpected && run.Stamp == stamp;
                    if (!isAsExpected)
                        break;
                    given = index;
                    yield return ToFrame(run, index, TimeOf(stamp));
                }
                if (!isAsExpected)
                    break;
            }
            End(runs, _timeline.Count, TimeOf(_timeline.StampOf(_timeline.Count - 1)));
            if (isAsExpected)
                yield break;
        }

        // The packets do not tell which frames come out: they are counted first, and then counted off.
        _decodable ??= CountFrames(c);
        int[] rest = [.. EvenSample.Indices(_decodable.Count, count).Where(index => index > given)];
        if (rest.Length == 0)
            yield break;
        using var counted = FrameRun.Start(_video, Select("n", rest, index => index), LimitOf(rest), null, hasPixels: true, c);
        foreach (var (place, index) in rest.Index())
        {
            for (var skipped = rest.Length > MostNamed ? index - (place == 0 ? 0 : rest[place - 1] + 1) : 0; skipped > 0; skipped--)
            {
                if (!Named(counted.MoveNext))
                    yield break;
            }
            if (!Named(counted.MoveNext))
                yield break;
            yield return ToFrame(counted, index, _decodable[index]);
        }
    }

    private List<TimeSpan> CountFrames(CancellationToken c)
    {
        var times = new List<TimeSpan>();
        using var run = FrameRun.Start(_video, null, null, null, hasPixels: false, c);
        while (Named(run.MoveNext))
            times.Add(_video.Facts.TimeOf(run.Stamp, Last(times)));
        End([run], times.Count, Last(times));
        return times;
    }

    private VideoFrame ToFrame(FrameRun run, int index, TimeSpan time)
    {
        _still.Add(run.Pixels, time);
        return new VideoFrame(index, time, MLImage.CreateFromPixels(run.Width, run.Height, MLPixelFormat.Rgba32, run.Pixels));
    }

    private TimeSpan TimeOf(long stamp) => _video.Facts.TimeOf(stamp, TimeSpan.MinValue);

    private static TimeSpan Last(List<TimeSpan> times) => times.Count == 0 ? TimeSpan.FromTicks(-1) : times[^1];

    /// <summary>An expression of FFmpeg that is true for the frames with these numbers; null where there are too many to name.</summary>
    private static string? Select(string variable, int[] frames, Func<int, long> numberOf)
        => frames.Length > MostNamed ? null : string.Join('+', frames.Select(frame => string.Create(CultureInfo.InvariantCulture, $"eq({variable},{numberOf(frame)})")));

    private static int? LimitOf(int[] frames) => frames.Length > MostNamed ? null : frames.Length;

    private void Begin()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _still = new StillPicture();
    }

    /// <summary>Says what is wrong with the file after it was read, or that nothing came out of it.</summary>
    private void End(IReadOnlyCollection<FrameRun> runs, int count, TimeSpan end)
    {
        var (errors, first) = (runs.Sum(run => run.Errors), runs.Select(run => run.FirstError).FirstOrDefault(error => error is not null));
        if (count == 0)
            throw new InvalidDataException($"{_video.Path}: not one frame could be decoded; the file is damaged, or its codec ({_video.Facts.Codec}) has no decoder in the installed ffmpeg{(first is null ? "" : $" ({first})")}.");
        var damage = errors == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"damaged places: ffmpeg reports {errors} errors, the first: {first}");
        if (runs.Any(run => run.ChangesSize))
            damage = $"{(damage is null ? "" : damage + "; ")}the size of the picture changes on the way; the frames behind were scaled to the size before";
        Warning = VideoHealth.Describe(new ReadFacts(_video.Path, FramesPerSecond, DeclaredFrameCount, damage, _still.Longest), count, end);
    }

    private T Named<T>(Func<T> read) => Named(_video.Path, read);

    /// <summary>Errors of a run name the file.</summary>
    private static T Named<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e) when (!e.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: {e.Message}.", e);
        }
    }

    public void Dispose() => _disposed = true;
}
