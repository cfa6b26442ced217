using System.Globalization;

namespace CDNet.MLNet.Video;

/// <summary>Says what is wrong with a file.</summary>
internal static class VideoHealth
{
    private static readonly TimeSpan StillLimit = TimeSpan.FromSeconds(1.5);

    public static void CheckFile(string path)
    {
        if (Directory.Exists(path))
            throw new InvalidDataException($"{path}: a folder, not a video.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file.", path);
        // Opened here, a file that may not be read says so; FFmpeg would take it for one without a video.
        using var file = File.OpenRead(path);
        if (file.Length == 0)
            throw new InvalidDataException($"{path}: the file is empty.");
    }

    public static string WhyNotOpened(string path) => IsMp4(path)
        ? "an MP4 file without a readable video; it was cut short before its index (the moov box), or it holds sound alone, or its codec has no decoder here"
        : "no video in a known format, or of a codec without a decoder here";

    public static string WhyNoFrame(string codec) => string.Equals(codec, "av01", StringComparison.OrdinalIgnoreCase)
        ? "AV1 cannot be decoded here (the FFmpeg inside OpenCV decodes it on graphics cards alone); use the decoder Ffmpeg, or convert the video to H.264, for instance with ffmpeg -c:v libx264"
        : $"not one frame could be decoded; the file is damaged, or its codec ({(codec.Length == 0 ? "unknown" : codec)}) has no decoder here";

    /// <summary>What is wrong after frames were read; null where nothing is.</summary>
    /// <param name="facts">What the decoder found.</param>
    /// <param name="count">Number of frames found in the whole file.</param>
    /// <param name="end">When the last of them is shown.</param>
    public static string? Describe(ReadFacts facts, int count, TimeSpan end)
    {
        var problems = new List<string>();
        if (IsShort(facts, count, end))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"the header declares {facts.DeclaredFrameCount} frames and {count} were found; the file is cut short or damaged, or its header is wrong"));
        }
        if (facts.Damage is { } damage)
            problems.Add(damage);
        if (facts.LongestStill >= StillLimit)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"for {facts.LongestStill.TotalSeconds:F1} s the picture does not change at all; it is a still, or its size changes on the way, which OpenCV does not follow"));
        }
        return problems.Count == 0 ? null : $"{facts.Path}: {string.Join("; ", problems)}.";
    }

    /// <summary>
    /// Whether frames are missing. MP4 and AVI declare a number, and nearly all count; elsewhere OpenCV works it out from the duration, which may be that of the sound,
    /// and an average rate: there a second, or a twentieth of the whole, must be missing.
    /// </summary>
    private static bool IsShort(ReadFacts facts, int count, TimeSpan end)
    {
        if (facts.DeclaredFrameCount - count <= 1 || facts.FramesPerSecond <= 0)
            return false;
        var declared = facts.DeclaredFrameCount / facts.FramesPerSecond;
        var frame = 1 / facts.FramesPerSecond;
        var missing = declared - (end.TotalSeconds + frame);
        return missing > (IsMp4(facts.Path) || IsAvi(facts.Path) ? 1.5 * frame : Math.Max(1, declared / 20));
    }

    private static bool IsMp4(string path) => HasAt(path, 4, "ftyp"u8);

    private static bool IsAvi(string path) => HasAt(path, 8, "AVI "u8);

    private static bool HasAt(string path, int offset, ReadOnlySpan<byte> mark)
    {
        Span<byte> head = stackalloc byte[12];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.Slice(offset, 4).SequenceEqual(mark);
    }
}

/// <summary>What a decoder found in a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="FramesPerSecond">By the header; 0 where it does not tell.</param>
/// <param name="DeclaredFrameCount">By the header; 0 where it does not tell.</param>
/// <param name="Damage">What could not be decoded; null where nothing was met.</param>
/// <param name="LongestStill">The longest time that the converted frames stood still.</param>
internal sealed record ReadFacts(string Path, double FramesPerSecond, int DeclaredFrameCount, string? Damage, TimeSpan LongestStill);
