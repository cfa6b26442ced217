using System.Collections.Concurrent;
using CDNet.MLNet.Data;

namespace CDNet.MLNet.Prepared;

/// <summary>A row of a unit, or its end.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Row">The row; null at the end, and where the unit gives none.</param>
/// <param name="IsEnd">Whether the unit ends here.</param>
/// <param name="Error">Why the unit ended early; null where it did not.</param>
internal sealed record UnitEvent(SourceUnit Unit, PreparedRow? Row, bool IsEnd, string? Error);

/// <summary>
/// Reads units and prepares their frames on other threads; what comes out is in the order of the units and frames. The next videos are opened and decoded while the frames of the one
/// before are looked at. What is in memory depends on the number of threads alone: frames are few, and of a video whose turn has not come rows wait, which are small.
/// </summary>
internal sealed class UnitPipeline(FramePreparer preparer, IFrameSource? videos, int? frames, int threads)
{
    // Of a video that waits for its turn: the default sample twice.
    private const int RowsAhead = 64;

    /// <summary>Prepares units.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<UnitEvent> Run(IEnumerable<SourceUnit> units, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var run = new Work(preparer, videos, frames, threads, stop.Token);
        var reading = Task.Factory.StartNew(() => run.Read(units), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var unit in run.Units.GetConsumingEnumerable(cancellation))
            {
                foreach (var next in unit.GetConsumingEnumerable(cancellation))
                    yield return next.GetAwaiter().GetResult();
            }
            // Hands on what the reader threw.
            reading.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
            // Workers hold frames: they end before their detector goes.
            run.WaitForWorkers();
        }
    }

    private sealed class Work(FramePreparer preparer, IFrameSource? videos, int? frames, int threads, CancellationToken stop) : IDisposable
    {
        private readonly TaskScheduler _workers = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler;
        private readonly SemaphoreSlim _readers = new(ReadersFor(threads));
        // A slow frame holds up the order, not the workers: as many frames again wait behind it.
        private readonly SemaphoreSlim _frames = new(2 * threads + ReadersFor(threads));
        private readonly CountdownEvent _running = new(1);

        /// <summary>The units in order, each with its rows in order.</summary>
        public BlockingCollection<BlockingCollection<Task<UnitEvent>>> Units { get; } = new(2 * threads);

        public void Read(IEnumerable<SourceUnit> units)
        {
            try
            {
                foreach (var unit in units)
                {
                    var rows = new BlockingCollection<Task<UnitEvent>>(RowsAhead);
                    if (unit.IsVideo)
                    {
                        _readers.Wait(stop);
                        _running.AddCount();
                        _ = Task.Factory.StartNew(() => ReadVideo(unit, rows), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                    }
                    else
                    {
                        rows.Add(Start(() => Picture(unit)), CancellationToken.None);
                        rows.CompleteAdding();
                    }
                    Units.Add(rows, stop);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The consumer stopped; it knows why.
            }
            finally
            {
                Units.CompleteAdding();
            }
        }

        public void WaitForWorkers()
        {
            _running.Signal();
            _running.Wait();
        }

        private void ReadVideo(SourceUnit unit, BlockingCollection<Task<UnitEvent>> rows)
        {
            try
            {
                var error = ReadFrames(unit, rows);
                rows.Add(Task.FromResult(new UnitEvent(unit, null, IsEnd: true, error)), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // As above.
            }
            catch (Exception e)
            {
                // A missing decoder, say: no fault of the video's. Who waits for its rows is told.
                rows.TryAdd(Task.FromException<UnitEvent>(e), Timeout.Infinite, stop);
            }
            finally
            {
                rows.CompleteAdding();
                _readers.Release();
                _running.Signal();
            }
        }

        /// <summary>Reads a video to its end; what is wrong with it, or null.</summary>
        private string? ReadFrames(SourceUnit unit, BlockingCollection<Task<UnitEvent>> rows)
        {
            try
            {
                using var all = videos!.Read(unit.File, frames, stop).GetEnumerator();
                while (true)
                {
                    _frames.Wait(stop);
                    var isThere = false;
                    try
                    {
                        isThere = all.MoveNext();
                    }
                    finally
                    {
                        if (!isThere)
                            _frames.Release();
                    }
                    if (!isThere)
                        return null;
                    var frame = all.Current;
                    rows.Add(Start(() => Frame(unit, frame)), stop);
                }
            }
            catch (Exception e) when (IsOfTheData(e))
            {
                return e.Message;
            }
        }

        private UnitEvent Frame(SourceUnit unit, SourceFrame frame)
        {
            try
            {
                using (frame)
                {
                    stop.ThrowIfCancellationRequested();
                    return new UnitEvent(unit, preparer.Frame(unit, frame.Index, frame.Image), IsEnd: false, null);
                }
            }
            finally
            {
                _frames.Release();
            }
        }

        private UnitEvent Picture(SourceUnit unit)
        {
            try
            {
                return new UnitEvent(unit, preparer.Picture(unit), IsEnd: true, null);
            }
            catch (Exception e) when (IsOfTheData(e))
            {
                return new UnitEvent(unit, null, IsEnd: true, e.Message);
            }
        }

        private Task<UnitEvent> Start(Func<UnitEvent> work)
        {
            _running.AddCount();
            return Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        return work();
                    }
                    finally
                    {
                        _running.Signal();
                    }
                },
                CancellationToken.None, TaskCreationOptions.DenyChildAttach, _workers);
        }

        public void Dispose()
        {
            _readers.Dispose();
            _frames.Dispose();
            _running.Dispose();
        }

        // Two fill the gap between one video and the next; more help where decoding alone takes many processors.
        private static int ReadersFor(int threads) => threads == 1 ? 1 : Math.Clamp(threads / 2, 2, 8);

        private static bool IsOfTheData(Exception e) => e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException;
    }
}
