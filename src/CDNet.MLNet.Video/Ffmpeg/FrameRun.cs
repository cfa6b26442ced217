using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CDNet.MLNet.Video.Ffmpeg;

/// <summary>
/// One run of ffmpeg. The pixels of the wanted frames come through its output; on its standard error the filter showinfo says of each of them which frame it is and how large, and ffmpeg
/// what it could not decode.
/// </summary>
internal sealed partial class FrameRun : IDisposable
{
    private readonly BlockingCollection<(long? Stamp, int Width, int Height)> _frames = [];
    private readonly ChildProgram _child;
    private readonly bool _hasPixels;
    private byte[] _pixels = [];

    private FrameRun(FfmpegPrograms programs, IEnumerable<string> arguments, VideoReaderOptions options, bool hasPixels, CancellationToken c)
    {
        _hasPixels = hasPixels;
        _child = ChildProgram.Start(programs.Ffmpeg, arguments, options.StallSeconds, c, Note);
    }

    /// <summary>The time stamp of the frame at hand; null where it has none.</summary>
    public long? Stamp { get; private set; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Red, green, blue and alpha, a byte each, of the frame at hand.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, 4 * Width * Height);

    /// <summary>Whether the size of the pictures changed on the way.</summary>
    public bool ChangesSize { get; private set; }

    /// <summary>What ffmpeg called an error so far.</summary>
    public int Errors { get; private set; }

    /// <summary>The first of them.</summary>
    public string? FirstError { get; private set; }

    /// <summary>Starts ffmpeg.</summary>
    /// <param name="video">The file.</param>
    /// <param name="select">An expression that is true for the frames that are wanted; null for all.</param>
    /// <param name="limit">After how many frames it ends; null for no limit.</param>
    /// <param name="from">The time stamp of the key frame to begin at; null for the beginning.</param>
    /// <param name="hasPixels">Whether the frames are to be converted; else they are only counted.</param>
    /// <param name="c">Ends it.</param>
    public static FrameRun Start(FfmpegVideo video, string? select, int? limit, long? from, bool hasPixels, CancellationToken c)
    {
        List<string> arguments = ["-nostdin", "-hide_banner", "-nostats", "-v", "repeat+level+info", "-copyts"];
        if (video.Options.DecoderThreads > 0)
            arguments.AddRange(["-threads", $"{video.Options.DecoderThreads}"]);
        // Half a tick behind the key frame, so that rounding does not lead to the one before.
        if (from is { } stamp)
            arguments.AddRange(["-seek_timestamp", "1", "-noaccurate_seek", "-ss", string.Create(CultureInfo.InvariantCulture, $"{(stamp + 0.5) * video.Facts.SecondsATick:F6}")]);
        List<string> filters = [];
        if (select is not null)
            filters.Add($"select='{select}'");
        if (hasPixels)
            filters.Add(video.Facts.Filters);
        filters.Add("showinfo=checksum=0");
        arguments.AddRange(["-protocol_whitelist", "file", "-noautorotate", "-i", Probe.FileName(video.Path), "-map", "0:V:0", "-vf", string.Join(',', filters)]);
        // Each frame once, whatever its time stamp; the frame rate's own unit would round those of a variable one together.
        arguments.AddRange(["-fps_mode", "passthrough", "-enc_time_base", "1/1000000"]);
        if (limit is { } count)
            arguments.AddRange(["-frames:v", $"{count}"]);
        arguments.AddRange(hasPixels ? ["-f", "rawvideo", "pipe:1"] : ["-f", "null", "-"]);
        return new FrameRun(video.Programs, arguments, video.Options, hasPixels, c);
    }

    /// <summary>Goes on to the next frame; false at the end.</summary>
    /// <exception cref="OperationCanceledException">The reading was stopped.</exception>
    /// <exception cref="InvalidDataException">The program stalled.</exception>
    public bool MoveNext()
    {
        (long? Stamp, int Width, int Height) frame = default;
        if (!_child.Await(() => _frames.TryTake(out frame, Timeout.Infinite)))
            return false;
        Stamp = frame.Stamp;
        // Where the size changes on the way, ffmpeg scales what follows to the size that it began with.
        ChangesSize |= Width > 0 && (Width, Height) != (frame.Width, frame.Height);
        if (Width == 0)
            (Width, Height) = (frame.Width, frame.Height);
        if (!_hasPixels)
            return true;
        var size = 4L * Width * Height;
        if ((long)Width * Height > VideoReader.MaxPixels)
            throw new InvalidDataException($"a frame of {Width}x{Height} pixels is too large (at most {VideoReader.MaxPixels:N0} pixels)");
        if (_pixels.Length < size)
            _pixels = new byte[size];
        return _child.Read(_pixels.AsMemory(0, (int)size));
    }

    private void Note(string? line)
    {
        if (line is null)
            _frames.CompleteAdding();
        else if (FrameLine().Match(line) is { Success: true } frame)
            _frames.Add((long.TryParse(frame.Groups[1].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var stamp) ? stamp : null, Whole(frame.Groups[2]), Whole(frame.Groups[3])));
        // Time stamps that go back are no damage: the frames come all the same.
        else if (ErrorLine().Match(line) is { Success: true } error && !line.Contains("monotonically increasing dts", StringComparison.Ordinal))
        {
            Errors++;
            FirstError ??= error.Groups[1].Value;
        }
    }

    private static int Whole(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _child.Dispose();
        _frames.Dispose();
    }

    [GeneratedRegex(@"^\[Parsed_showinfo_\d+ @ [^\]]+\] \[info\] n: *\d+ pts: *(\S+) .* s:(\d+)x(\d+) ")]
    private static partial Regex FrameLine();

    [GeneratedRegex(@"^(?:\[[^\]]+ @ [^\]]+\] )?\[(?:error|fatal|panic)\] (.*)$")]
    private static partial Regex ErrorLine();
}
