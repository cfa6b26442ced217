using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>Several threads at once, and ends in the middle. The figures of long runs: <c>tests/CDNet.MLNet.Benchmarks -- load</c>.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LoadTests
{
    private const int Threads = 4;
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Pooled_engines_on_four_threads_score_as_one_does_and_hold_no_more_in_the_end()
        => AssertFlat(LoadRun.ThroughEngines(Model(), Pictures(), Threads, 150));

    [TestMethod]
    public void One_batch_scorer_on_four_threads_scores_as_one_does_and_holds_no_more_in_the_end()
        => AssertFlat(LoadRun.ThroughBatchScorer(Model(), Pictures(), Threads, 300));

    [TestMethod]
    public async Task Scorer_that_is_cancelled_or_disposed_of_in_the_middle_leaves_no_temporary_file_behind()
    {
        var (model, pictures) = (Model(), Pictures());
        string[] Files() => Directory.GetFileSystemEntries(ProcessTempFolder.Path);
        using (CDNetModel.Load(model))
        {
            // What the first model makes once a process.
        }
        var before = Files();
        for (var round = 0; round < 6; round++)
        {
            using var stop = new CancellationTokenSource();
            using var scorer = BatchScorer.Load(model);
            var verdicts = scorer.ScoreAsync(Enumerable.Range(0, 1000).Select(i => pictures[i % pictures.Length]), stop.Token).GetAsyncEnumerator();
            for (var i = 0; i <= round; i++)
                Assert.IsTrue(await verdicts.MoveNextAsync());
            if (round % 2 == 0)
                await stop.CancelAsync();
            else
                scorer.Dispose();
            await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            {
                while (await verdicts.MoveNextAsync())
                {
                    // What was ready comes first.
                }
            });
            await verdicts.DisposeAsync();
        }

        CollectionAssert.AreEquivalent(before, Files());
    }

    private static void AssertFlat(LoadResult result)
    {
        Assert.AreEqual(0, result.Wrong, $"of {result.Predictions}");
        Assert.IsLessThan(1.05 * result.Before.ManagedBytes + (1 << 20), result.After.ManagedBytes, $"{result}");
        Assert.IsLessThan(result.Before.Handles + 8, result.After.Handles, $"{result}");
        Assert.IsLessThan(result.Before.Threads + 8, result.After.Threads, $"{result}");
    }

    private string Model() => TinyModel.Write(_folder.File("model.zip"), _folder.File("train"));

    private string[] Pictures() => [.. TestPictures.WriteLabeledSet(_folder.File("pictures"), 20, 50).Select(item => item.Path)];
}
