using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace CDNet.MLNet.Video.Ffmpeg;

/// <summary>The installed programs ffmpeg and ffprobe.</summary>
/// <param name="Ffmpeg">What to start for frames.</param>
/// <param name="Ffprobe">What to start for facts.</param>
/// <param name="Version">The version that ffmpeg says, for example 5.1 or N-109542-g1bf1c2d.</param>
internal sealed partial record FfmpegPrograms(string Ffmpeg, string Ffprobe, string Version)
{
    private const string Advice = "Install FFmpeg 5.1 or later (Debian, Ubuntu: apt-get install ffmpeg), name its folder, or take the decoder OpenCv.";
    private const double SecondsToStart = 20;

    private static readonly Version Least = new(5, 1);
    private static readonly ConcurrentDictionary<string, Lazy<(FfmpegPrograms? Programs, string? Reason)>> Known = new();

    /// <summary>What a prepared set records: the version as far as colours may depend on it.</summary>
    public string Identity => $"ffmpeg {Version}";

    /// <summary>The programs that the options ask for; null where OpenCV is to decode.</summary>
    /// <exception cref="InvalidOperationException">They are asked for and not to be had; the message says what to install.</exception>
    public static FfmpegPrograms? For(VideoReaderOptions options)
    {
        if (options.Decoder == VideoDecoder.OpenCv)
            return null;
        var (programs, reason) = Known.GetOrAdd(options.FfmpegFolder ?? "", folder => new(() => Look(folder))).Value;
        return programs is not null || options.Decoder == VideoDecoder.Auto
            ? programs
            : throw new InvalidOperationException($"The decoder Ffmpeg cannot be used: {reason} {Advice}");
    }

    private static (FfmpegPrograms?, string?) Look(string folder)
    {
        var (ffmpeg, ffprobe) = (Path.Combine(folder, "ffmpeg"), Path.Combine(folder, "ffprobe"));
        try
        {
            var version = VersionOf(ffmpeg);
            VersionOf(ffprobe);
            return Number().Match(version) is { Success: true } number && System.Version.Parse(number.Value) < Least
                ? (null, $"{ffmpeg} is of version {version}.")
                : (new FfmpegPrograms(ffmpeg, ffprobe, Number().Match(version) is { Success: true } known ? known.Value : version), null);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException)
        {
            return (null, e.Message);
        }
    }

    /// <summary>What a program says of itself. Versions built from a repository have no number.</summary>
    private static string VersionOf(string program)
    {
        using var child = ChildProgram.Start(program, ["-version"], SecondsToStart, default);
        var line = child.ReadLine() ?? "";
        return VersionLine().Match(line) is { Success: true } match
            ? match.Groups[1].Value
            : throw new InvalidDataException($"{program} does not say its version{(child.FirstError() is { } error ? $": {error}" : "")}.");
    }

    [GeneratedRegex(@"^ff(?:mpeg|probe) version n?(\S+)")]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"^\d+\.\d+")]
    private static partial Regex Number();
}
