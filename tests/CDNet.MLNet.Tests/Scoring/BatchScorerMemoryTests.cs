using System.Diagnostics;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>What a scorer holds while it scores a stream; the long version is a benchmark.</summary>
[TestClass]
[DoNotParallelize]
public sealed class BatchScorerMemoryTests
{
    [TestMethod]
    public async Task Stream_of_pictures_leaves_no_memory_no_files_and_no_threads_behind()
    {
        using var folder = new TempFolder();
        using var drawn = TestPictures.Draw(128, 128, 6);
        var file = TestPictures.Save(drawn, folder.File("none.png"));
        var content = File.ReadAllBytes(file);
        // Without a face, so that reading and finding is nearly all there is: a score takes longer than 20 of these.
        using var model = CDNetModel.Load(MarkedModel.Write(folder.File("model.zip")));
        using var scorer = new BatchScorer(model);
        using var face = TestPictures.Draw(128, 128, 7, (56, 56, 20));
        var withFace = TestPictures.Save(face, folder.File("face.png"));

        await Score(100);
        var before = Held();
        await Score(600);
        var after = Held();

        Assert.IsLessThanOrEqualTo(1.05 * before.Heap + 2e6, after.Heap, $"managed heap of {before.Heap:N0} bytes before");
        Assert.IsLessThanOrEqualTo(before.Files + 8, after.Files);
        Assert.IsLessThanOrEqualTo(before.Threads + 16, after.Threads);

        async Task Score(int count)
        {
            async IAsyncEnumerable<ScoringInput> Inputs()
            {
                for (var i = 0; i < count; i++)
                    yield return i % 50 == 0 ? new ScoringInput(withFace) : i % 2 == 0 ? new ScoringInput(file) : new ScoringInput($"{i}", content);
                await Task.CompletedTask;
            }
            Assert.AreEqual(count, await scorer.ScoreAsync(Inputs()).CountAsync());
        }
    }

    private static (long Heap, int Files, int Threads) Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount, process.Threads.Count);
    }
}
