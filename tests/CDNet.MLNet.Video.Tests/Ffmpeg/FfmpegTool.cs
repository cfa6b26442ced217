using System.Diagnostics;

namespace CDNet.MLNet.Video.Tests.Ffmpeg;

/// <summary>The program ffmpeg, where it is installed, and programs that pass for it.</summary>
internal static class FfmpegTool
{
    public static VideoReaderOptions Options { get; } = new() { Decoder = VideoDecoder.Ffmpeg };

    /// <summary>Leaves the test where FFmpeg 5.1 or later is not installed.</summary>
    public static void Require()
    {
        try
        {
            _ = new VideoFrameSource(Options);
        }
        catch (InvalidOperationException e)
        {
            Assert.Inconclusive(e.Message);
        }
    }

    /// <summary>Makes a file with ffmpeg.</summary>
    public static string Make(string path, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-nostdin", "-v", "error", "-y", .. arguments, path]) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            Assert.Inconclusive($"this ffmpeg cannot make the clip: {errors.Trim()}");
        return path;
    }

    /// <summary>A folder whose programs note their process number in the file <c>started</c> and then run a line of shell; asked for their version they say 5.1.</summary>
    public static VideoReaderOptions Pretend(TempFolder folder, string ffmpeg, string ffprobe, string version = "5.1.9")
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("shell scripts pass for the programs, so not on Windows");
        foreach (var (name, line) in new[] { ("ffmpeg", ffmpeg), ("ffprobe", ffprobe) })
        {
            var path = folder.File($"programs/{name}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, $"#!/bin/sh\nif [ \"$1\" = -version ]; then echo '{name} version {version} Copyright'; exit; fi\necho $$ >> {folder.File("started")}\n{line}\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return Options with { FfmpegFolder = folder.File("programs"), StallSeconds = 1 };
    }

    /// <summary>No program that was started there is left, not even as an entry of one that has ended.</summary>
    public static void AssertNoneIsLeft(TempFolder folder, int started)
    {
        var numbers = File.ReadAllLines(folder.File("started"));
        Assert.HasCount(started, numbers);
        foreach (var number in numbers)
            Assert.IsFalse(Directory.Exists($"/proc/{number}"), $"process {number} is left");
    }
}
