using System.Globalization;
using CDNet.MLNet.Scoring;
using CDNet.TestSupport;

namespace CDNet.MLNet.Benchmarks;

/// <summary>Many predictions on four threads at once, through pooled prediction engines and through one BatchScorer: wrong scores, memory, handles, threads.</summary>
internal static class LoadBenchmark
{
    private const int Threads = 4;

    /// <summary>Runs.</summary>
    /// <param name="predictions">Predictions of each thread.</param>
    /// <param name="folder">A folder of pictures; null for drawn ones and a tiny model.</param>
    public static int Run(int predictions, string? folder)
    {
        using var temp = new TempFolder();
        var model = temp.File("model.zip");
        string[] pictures;
        if (folder is null)
        {
            TinyModel.Write(model, temp.File("train"));
            pictures = [.. TestPictures.WriteLabeledSet(temp.File("pictures"), 50, 50).Select(item => item.Path)];
        }
        else
        {
            using (var file = File.Create(model))
            using (var resource = CDNetModel.OpenDefault())
                resource.CopyTo(file);
            pictures = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(200)];
        }
        Console.WriteLine("| through | predictions | wrong scores | memory after a fifth, MiB | at the end, MiB | change | managed, MiB | handles | threads | seconds |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        var isRight = Show("pooled engines", LoadRun.ThroughEngines(model, pictures, Threads, predictions));
        isRight &= Show("BatchScorer", LoadRun.ThroughBatchScorer(model, pictures, Threads, predictions));
        return isRight ? 0 : 1;
    }

    private static bool Show(string through, LoadResult result)
    {
        static double Mib(long bytes) => bytes / 1048576.0;
        var (before, after) = (result.Before, result.After);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {through} | {result.Predictions:N0} | {result.Wrong} | {Mib(before.Bytes):F0} | {Mib(after.Bytes):F0} | {100.0 * (after.Bytes - before.Bytes) / before.Bytes:+0.0;-0.0} % "
            + $"| {Mib(before.ManagedBytes):F1} to {Mib(after.ManagedBytes):F1} | {before.Handles} to {after.Handles} | {before.Threads} to {after.Threads} | {result.Seconds:F0} |"));
        return result.Wrong == 0;
    }
}
