using System.Collections.Concurrent;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Prepared;

namespace CDNet.MLNet.Tests.Prepared;

/// <summary>Several videos are read at a time, and their rows come in order.</summary>
[TestClass]
public sealed class UnitPipelineTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Next_video_is_opened_while_the_one_before_is_read_and_rows_keep_their_order()
    {
        var units = Units(3, 4, 2, 5);
        using var second = new ManualResetEventSlim();
        var opened = new ConcurrentQueue<string>();
        var videos = new WatchedVideos(path =>
        {
            opened.Enqueue(Path.GetFileName(path));
            if (opened.Count == 2)
                second.Set();
            // The first is held up until the second is open.
            else if (opened.Count == 1)
                Assert.IsTrue(second.Wait(TimeSpan.FromMinutes(1)), "the second video was not opened");
        });

        var events = Run(units, videos, threads: 2).Select(next => $"{next.Unit.Path}:{(next.IsEnd ? "end" : next.Row!.Frame)}").ToArray();

        Assert.AreEqual("0:0 0:1 0:2 0:end 1:0 1:1 1:2 1:3 1:end 2:0 2:1 2:end 3:0 3:1 3:2 3:3 3:4 3:end", string.Join(' ', events));
        Assert.AreEqual(0, videos.Held, "frames that were not disposed of");
    }

    [TestMethod]
    public void Frames_in_memory_are_bounded_although_nobody_takes_rows()
    {
        var videos = new WatchedVideos(_ => { });
        using var events = Run(Units(500, 500, 500), videos, threads: 2).GetEnumerator();
        Assert.IsTrue(events.MoveNext());
        // Two readers, each with the rows that may wait and a frame in each hand.
        var before = -1;
        while (videos.Given != before)
        {
            before = videos.Given;
            Thread.Sleep(300);
        }

        Assert.IsLessThan(2 * (64 + 6) + 1, videos.Given);
        Assert.IsLessThan(7, videos.MostHeld);
    }

    [TestMethod]
    public void Failure_that_is_no_fault_of_the_video_ends_the_run_and_nothing_is_left()
    {
        var videos = new WatchedVideos(path =>
        {
            if (path.EndsWith("1.vid", StringComparison.Ordinal))
                throw new InvalidOperationException("no decoder");
        });

        Assert.AreEqual("no decoder", Assert.ThrowsExactly<InvalidOperationException>(() => Run(Units(3, 3, 300), videos, threads: 2).Count()).Message);
        Assert.AreEqual(0, videos.Held);
    }

    private SourceUnit[] Units(params int[] frames)
        => [.. frames.Select((count, i) => new SourceUnit(DrawnVideos.Write(_folder.File($"{i}.vid"), count, "noface"), $"{i}", $"{i}", $"{i}", "", "", false, true, count))];

    private static IEnumerable<UnitEvent> Run(SourceUnit[] units, IFrameSource videos, int threads)
    {
        using var detector = new FaceDetector(MarkerDetector.Create());
        var preparer = new FramePreparer(detector, new FacePartCropOptions(), CropEncoding.Jpeg);
        foreach (var next in new UnitPipeline(preparer, videos, null, threads).Run(units, default))
            yield return next;
    }

    /// <summary>Drawn videos that count frames which are given and not yet disposed of.</summary>
    private sealed class WatchedVideos(Action<string> onOpen) : IFrameSource
    {
        private readonly DrawnVideos _drawn = new();
        private readonly ConcurrentBag<WeakReference<SourceFrame>> _frames = [];
        private int _given;

        public IReadOnlyList<string> Extensions => _drawn.Extensions;

        public int Given => _given;

        public int MostHeld { get; private set; }

        public int Held => _frames.Count(IsHeld);

        public IEnumerable<SourceFrame> Read(string path, int? count, CancellationToken cancellation)
        {
            onOpen(path);
            foreach (var frame in _drawn.Read(path, count, cancellation))
            {
                _frames.Add(new WeakReference<SourceFrame>(frame));
                Interlocked.Increment(ref _given);
                MostHeld = Math.Max(MostHeld, Held);
                yield return frame;
            }
        }

        private static bool IsHeld(WeakReference<SourceFrame> reference)
        {
            if (!reference.TryGetTarget(out var frame))
                return false;
            try
            {
                return frame.Image.Width > 0;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
    }
}
