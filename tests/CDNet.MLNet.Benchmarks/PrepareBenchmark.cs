using System.Diagnostics;
using System.Globalization;
using CDNet.MLNet.Data;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Video;

namespace CDNet.MLNet.Benchmarks;

/// <summary>Preparing 32 frames of each clip beside <c>ffmpeg -i CLIP -f null -</c>, which decodes them all and throws them away, by turns.</summary>
internal static class PrepareBenchmark
{
    /// <summary>Prints a Markdown table of medians: frames of the clips gone through a second.</summary>
    /// <param name="folder">Clips.</param>
    /// <param name="rounds">Rounds; each does everything once.</param>
    public static int Run(string folder, int rounds)
    {
        string[] clips = [.. Directory.EnumerateFiles(folder).Where(path => VideoFile.Extensions.Contains(Path.GetExtension(path).ToLowerInvariant())).Order(StringComparer.Ordinal)];
        var work = Directory.CreateTempSubdirectory("cdnet-prepare-").FullName;
        try
        {
            Console.WriteLine($"{clips.Length} clips, {Environment.ProcessorCount} processors, medians of {rounds} rounds after one to warm up");
            Console.WriteLine();
            Console.WriteLine("| clips | frames | ffmpeg -f null, frames/s | processors busy | prepare, OpenCV | ratio | busy | prepare, ffmpeg | ratio | busy |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
            Report("all, one set", clips, work, rounds);
            foreach (var clip in clips)
                Report(Path.GetFileName(clip), [clip], work, rounds);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
        return 0;
    }

    private static void Report(string name, string[] clips, string work, int rounds)
    {
        var list = Path.Combine(work, "list.csv");
        File.WriteAllLines(list, ["path,label", .. clips.Select((clip, i) => $"{Path.GetFullPath(clip)},{(i % 2 == 0 ? "real" : "fake")}")]);
        var frames = clips.Sum(FramesOf);
        (string What, Action Do)[] actions =
        [
            ("ffmpeg", () => Array.ForEach(clips, DecodeAll)), ("prepare, OpenCV", () => Prepare(list, work, VideoDecoder.OpenCv)), ("prepare, ffmpeg", () => Prepare(list, work, VideoDecoder.Ffmpeg)),
        ];
        var runs = actions.Select(_ => new List<(double Seconds, double Busy)>()).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                var (watch, before) = (Stopwatch.StartNew(), ProcessorTime.Now());
                actions[i].Do();
                var (seconds, processor) = (watch.Elapsed.TotalSeconds, ProcessorTime.Now() - before);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, round {round + 1}, {actions[i].What}: {seconds:F2} s, {processor:F2} processor seconds"));
                // The first round loads and warms up.
                if (round >= 0)
                    runs[i].Add((seconds, processor / seconds));
            }
        }
        var speeds = runs.Select(run => frames / Statistics.Median(run.Select(one => one.Seconds))).ToArray();
        var busy = runs.Select(run => Statistics.Median(run.Select(one => one.Busy))).ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {frames} | {speeds[0]:F0} | {busy[0]:F2} | {speeds[1]:F0} | {speeds[1] / speeds[0]:F2} | {busy[1]:F2} | {speeds[2]:F0} | {speeds[2] / speeds[0]:F2} | {busy[2]:F2} |"));
    }

    private static void Prepare(string list, string work, VideoDecoder decoder)
    {
        var set = Path.Combine(work, "set");
        var options = new PrepareOptions { Videos = new VideoFrameSource(new VideoReaderOptions { Decoder = decoder }) };
        var report = SetPreparer.Run(PictureSet.Open(list), set, options);
        Directory.Delete(set, recursive: true);
        if (report.Problems.Count > 0)
            throw new InvalidOperationException($"{report.Problems[0].Path}: {report.Problems[0].Reason}");
    }

    private static void DecodeAll(string clip)
    {
        using var ffmpeg = Process.Start("ffmpeg", ["-nostdin", "-v", "error", "-i", clip, "-f", "null", "-"]);
        ffmpeg.WaitForExit();
        if (ffmpeg.ExitCode != 0)
            throw new InvalidOperationException($"{clip}: ffmpeg ended with {ffmpeg.ExitCode}.");
    }

    private static int FramesOf(string clip)
    {
        using var reader = VideoReader.Open(clip);
        return reader.DeclaredFrameCount;
    }
}
