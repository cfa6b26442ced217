using System.Collections.Concurrent;
using System.Diagnostics;
using CDNet.MLNet.Scoring;
using Microsoft.ML;

namespace CDNet.TestSupport;

/// <summary>What a process held at a moment.</summary>
/// <param name="Bytes">Memory of the process.</param>
/// <param name="ManagedBytes">Of it what the garbage collector could not free.</param>
/// <param name="Handles">Open files, sockets and the like.</param>
/// <param name="Threads">Threads.</param>
public sealed record ProcessFigures(long Bytes, long ManagedBytes, int Handles, int Threads)
{
    /// <summary>The figures now, after a collection.</summary>
    public static ProcessFigures Now()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        using var process = Process.GetCurrentProcess();
        return new ProcessFigures(process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: true), process.HandleCount, process.Threads.Count);
    }
}

/// <summary>What came of many predictions.</summary>
/// <param name="Predictions">How many.</param>
/// <param name="Wrong">How many had another score than a single thread gives.</param>
/// <param name="Before">The process after the first fifth, when everything is loaded and compiled.</param>
/// <param name="After">The process at the end.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record LoadResult(long Predictions, long Wrong, ProcessFigures Before, ProcessFigures After, double Seconds);

/// <summary>Scores pictures on several threads at once, as a server does, and compares each score with that of a single thread.</summary>
public static class LoadRun
{
    // What the graph of all stages gives differs from the stages in the last digits.
    private const float Tolerance = 1e-5f;

    /// <summary>Through prediction engines of one model, which threads take from a pool and give back.</summary>
    public static LoadResult ThroughEngines(string model, IReadOnlyList<string> pictures, int threads, int predictions)
    {
        var context = new MLContext();
        var loaded = context.Model.Load(model, out _);
        using var disposed = (IDisposable)loaded;
        var pool = new ConcurrentBag<PredictionEngine<Input, Output>>();
        PredictionEngine<Input, Output> Take() => pool.TryTake(out var engine) ? engine : context.Model.CreatePredictionEngine<Input, Output>(loaded);
        // An engine that is disposed of takes the model with it: none is, the model goes at the end.
        var single = Take();
        float[] expected = [.. pictures.Select(path => single.Predict(new Input { Path = path }).Score)];
        pool.Add(single);
        return Measure(threads, predictions, (from, count) =>
        {
            var wrong = 0L;
            for (var i = from; i < from + count; i++)
            {
                var engine = Take();
                wrong += Differs(engine.Predict(new Input { Path = pictures[i % pictures.Count] }).Score, expected[i % pictures.Count]) ? 1 : 0;
                pool.Add(engine);
            }
            return wrong;
        });
    }

    /// <summary>Through one <see cref="BatchScorer"/>, which all threads share.</summary>
    public static LoadResult ThroughBatchScorer(string model, IReadOnlyList<string> pictures, int threads, int predictions)
    {
        using var loaded = CDNetModel.Load(model);
        var expected = loaded.Score(pictures).Where(verdict => verdict.Face == 0).Select(verdict => verdict.Score).ToArray();
        using var scorer = new BatchScorer(loaded);
        return Measure(threads, predictions, (from, count) => WrongAsync(scorer, pictures, expected, from, count).GetAwaiter().GetResult());
    }

    private static async Task<long> WrongAsync(BatchScorer scorer, IReadOnlyList<string> pictures, float[] expected, int from, int count)
    {
        var (wrong, at) = (0L, from - 1);
        await foreach (var verdict in scorer.ScoreAsync(Enumerable.Range(from, count).Select(i => pictures[i % pictures.Count])))
        {
            if (verdict.Face == 0)
                at++;
            if (verdict.Face == 0 && (verdict.Path != pictures[at % pictures.Count] || Differs(verdict.Score, expected[at % pictures.Count])))
                wrong++;
        }
        return wrong + (from + count - 1 - at);
    }

    private static LoadResult Measure(int threads, int predictions, Func<int, int, long> work)
    {
        var (clock, wrong) = (Stopwatch.StartNew(), 0L);
        void Run(int from, int count)
        {
            var workers = Enumerable.Range(0, threads).Select(i => new Thread(() => Interlocked.Add(ref wrong, work(from + i, count)))).ToArray();
            foreach (var worker in workers)
                worker.Start();
            foreach (var worker in workers)
                worker.Join();
        }
        var first = Math.Max(1, predictions / 5);
        Run(0, first);
        var before = ProcessFigures.Now();
        Run(first, predictions - first);
        return new LoadResult((long)threads * predictions, wrong, before, ProcessFigures.Now(), clock.Elapsed.TotalSeconds);
    }

    private static bool Differs(float score, float expected) => float.IsNaN(expected) ? !float.IsNaN(score) : !(Math.Abs(score - expected) <= Tolerance * Math.Max(1, Math.Abs(expected)));

    private sealed class Input
    {
        public string Path { get; set; } = "";
    }

    private sealed class Output
    {
        public float Score { get; set; }
    }
}
