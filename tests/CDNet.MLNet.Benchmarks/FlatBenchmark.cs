using System.Diagnostics;
using System.Globalization;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Benchmarks;

/// <summary>What one scorer holds while it scores a long stream: it must not grow.</summary>
internal static class FlatBenchmark
{
    private const int Steps = 10;
    private const int Files = 20;
    private const double MostGrowth = 0.05;

    /// <summary>Scores pictures, by turns from files and from memory, and prints a Markdown table.</summary>
    /// <param name="folder">Pictures; the first 20 are scored again and again.</param>
    /// <param name="count">How many are scored in all.</param>
    /// <returns>0 where memory stayed within 5% of what it was after the first two steps, 1 otherwise.</returns>
    public static async Task<int> RunAsync(string folder, int count)
    {
        var paths = PictureSet.FilesBelow(folder).Take(Files).ToArray();
        byte[][] contents = [.. paths.Select(File.ReadAllBytes)];
        using var scorer = BatchScorer.LoadDefault();
        Console.WriteLine($"{count:N0} pictures through one scorer, by turns from files and from memory");
        Console.WriteLine();
        Console.WriteLine("| pictures | managed heap, MB | resident, MB | files open | threads |");
        Console.WriteLine("|---|---|---|---|---|");
        async IAsyncEnumerable<ScoringInput> Inputs()
        {
            for (var i = 0; i < count; i++)
                yield return i % 2 == 0 ? new ScoringInput(paths[i % paths.Length]) : new ScoringInput($"{i}", contents[i % contents.Length]);
            await Task.CompletedTask;
        }
        var (scored, last) = (0, "");
        var resident = new List<double>();
        await foreach (var verdict in scorer.ScoreAsync(Inputs()))
        {
            if (verdict.Path == last)
                continue;
            last = verdict.Path;
            if (++scored % Math.Max(1, count / Steps) == 0)
                resident.Add(Print(scored));
        }
        if (resident.Count < 3)
            return 0;
        var growth = resident[2..].Max() / resident[1] - 1;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nResident memory at most {growth:P1} above that after the second step; goal: {MostGrowth:P0}."));
        return growth <= MostGrowth ? 0 : 1;
    }

    private static double Print(int scored)
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
        using var process = Process.GetCurrentProcess();
        var (resident, open) = (process.WorkingSet64 / 1e6, OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {scored:N0} | {heap:F1} | {resident:F0} | {open} | {process.Threads.Count} |"));
        return resident;
    }
}
