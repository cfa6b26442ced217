using System.Globalization;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Batching;

namespace CDNet.MLNet.Benchmarks;

/// <summary>Peak memory while the rows of a prepared set are scored, by how many rows have been: with the network, or with all but the network.</summary>
internal static class MemoryBenchmark
{
    /// <summary>Prints a line after 250, 500, 1,000, ... rows.</summary>
    /// <param name="folder">The prepared set.</param>
    /// <param name="withNetwork">Whether the network scores; else every score is 0, and 10,000 rows take a minute.</param>
    public static int Run(string folder, bool withNetwork)
    {
        using var model = CDNetModel.LoadDefault();
        using IFaceScorer scorer = withNetwork ? model.CreateScorer(threads: 1) : new NoScorer();
        using var workers = new WorkerThreads(Environment.ProcessorCount);
        var batch = new BatchScoringOptions().BatchSize;
        var run = new ScoringRun(scorer, batch, 2 * Environment.ProcessorCount, workers.Factory);
        var rows = PreparedCrops.Read(PreparedSet.Open(folder).Load()).Select(row => row.Work);
        var work = run.Start(rows.ToAsyncEnumerable(), default);
        var (count, next) = (0, 250);
        Console.WriteLine("| rows | peak memory, MB | of it .NET's heap now, MB | threads |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var _ in run.Verdicts(model, default).ToBlockingEnumerable())
        {
            if (++count != next)
                continue;
            next *= 2;
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {count} | {process.PeakWorkingSet64 / 1e6:F0} | {GC.GetGCMemoryInfo().TotalCommittedBytes / 1e6:F0} | {process.Threads.Count} |"));
        }
        work.Wait();
        return 0;
    }

    private sealed class NoScorer : IFaceScorer
    {
        public FaceScore[] Score(IReadOnlyList<FaceCrops> faces) => new FaceScore[faces.Count];

        public void Dispose()
        {
        }
    }
}
