using System.Globalization;

namespace CDNet.MLNet.Video.Ffmpeg;

/// <summary>Asks ffprobe about a file.</summary>
internal static class Probe
{
    private const string Stream = "stream=codec_name,width,height,pix_fmt,avg_frame_rate,r_frame_rate,time_base,start_pts,duration,nb_frames:stream_side_data=rotation:format=duration";

    /// <summary>Reads the facts of the first video stream that is no still cover, and where wanted the time stamps of its packets.</summary>
    /// <exception cref="InvalidDataException">There is no video in the file, or ffprobe stalled; the message names the file.</exception>
    public static (StreamFacts Facts, PacketTimeline? Timeline) Read(string path, FfmpegPrograms programs, VideoReaderOptions options, bool withPackets, CancellationToken c)
    {
        var entries = withPackets ? Stream + ":packet=pts,flags" : Stream;
        using var child = ChildProgram.Start(
            programs.Ffprobe, ["-v", "error", "-protocol_whitelist", "file", "-select_streams", "V:0", "-show_entries", entries, "-of", "compact", FileName(path)], options.StallSeconds, c);
        var packets = new List<(long?, bool)>();
        Dictionary<string, string>? stream = null, format = null;
        while (child.ReadLine() is { } line)
        {
            if (line.StartsWith("packet|", StringComparison.Ordinal))
            {
                var packet = Fields(line);
                var flags = packet.GetValueOrDefault("flags", "");
                // What an edit list leaves out is decoded and not shown.
                if (!flags.Contains('D'))
                    packets.Add((Whole(packet, "pts"), flags.StartsWith('K')));
            }
            else if (line.StartsWith("stream|", StringComparison.Ordinal))
                stream ??= Fields(line);
            else if (line.StartsWith("format|", StringComparison.Ordinal))
                format ??= Fields(line);
        }
        var (width, height) = stream is null ? (0, 0) : ((int)(Whole(stream, "width") ?? 0), (int)(Whole(stream, "height") ?? 0));
        if (stream is null || width <= 0 || height <= 0)
            throw new InvalidDataException($"{path}: {VideoHealth.WhyNotOpened(path)}{(child.FirstError() is { } error ? $" (ffprobe: {error.Replace(FileName(path) + ": ", "", StringComparison.Ordinal)})" : "")}.");
        return (FactsOf(stream, format, width, height), withPackets ? new PacketTimeline(packets) : null);
    }

    /// <summary>A path as FFmpeg takes it: a file, whatever it is called.</summary>
    public static string FileName(string path) => "file:" + Path.GetFullPath(path);

    private static StreamFacts FactsOf(Dictionary<string, string> stream, Dictionary<string, string>? format, int width, int height)
    {
        var rate = Ratio(stream, "avg_frame_rate") is > 0 and var average ? average : Ratio(stream, "r_frame_rate");
        var seconds = Real(stream, "duration") is > 0 and var own ? own : format is null ? 0 : Real(format, "duration");
        var declared = Whole(stream, "nb_frames") is > 0 and var count ? count : Math.Round(seconds * rate);
        // ffprobe counts degrees against the clock.
        var turns = (int)Math.Round(-Real(stream, "rotation") / 90) % 4;
        var isSideways = turns % 2 != 0;
        return new StreamFacts(
            stream.GetValueOrDefault("codec_name", ""), isSideways ? height : width, isSideways ? width : height, stream.GetValueOrDefault("pix_fmt", ""), rate,
            Ratio(stream, "time_base"), Whole(stream, "start_pts") ?? 0, (int)Math.Clamp(declared, 0, int.MaxValue), (turns + 4) % 4);
    }

    /// <summary>The fields of a line such as <c>packet|pts=512|flags=K_</c>.</summary>
    private static Dictionary<string, string> Fields(string line)
    {
        var fields = new Dictionary<string, string>();
        foreach (var field in line.Split('|').Skip(1))
        {
            if (field.IndexOf('=') is > 0 and var at)
                fields.TryAdd(field[..at], field[(at + 1)..]);
        }
        return fields;
    }

    private static long? Whole(Dictionary<string, string> fields, string name)
        => long.TryParse(fields.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double Real(Dictionary<string, string> fields, string name)
        => double.TryParse(fields.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : 0;

    private static double Ratio(Dictionary<string, string> fields, string name)
        => fields.GetValueOrDefault(name, "").Split('/') is [var over, var under]
            && double.TryParse(over, CultureInfo.InvariantCulture, out var number) && double.TryParse(under, CultureInfo.InvariantCulture, out var parts) && parts > 0 ? number / parts : 0;
}
