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
/// Reads units one after the other on one thread and prepares their frames on others; what comes out is in the order of the units and frames. What is in memory
/// depends on the number of threads alone.
/// </summary>
internal sealed class UnitPipeline(FramePreparer preparer, IFrameSource? videos, int? frames, int threads)
{
    /// <summary>Prepares units.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<UnitEvent> Run(IEnumerable<SourceUnit> units, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // A slow frame holds up the order, not the workers: as many frames again wait behind it.
        using var queue = new BlockingCollection<Task<UnitEvent>>(2 * threads);
        var workers = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler;
        var reading = Task.Factory.StartNew(() => Read(units, queue, workers, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var next in queue.GetConsumingEnumerable(cancellation))
                yield return next.GetAwaiter().GetResult();
            // Hands on what the reader threw.
            reading.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
            // Workers hold frames: they end before their detector goes.
            foreach (var rest in queue)
                ((IAsyncResult)rest).AsyncWaitHandle.WaitOne();
        }
    }

    private void Read(IEnumerable<SourceUnit> units, BlockingCollection<Task<UnitEvent>> queue, TaskScheduler workers, CancellationToken stop)
    {
        try
        {
            foreach (var unit in units)
            {
                if (unit.IsVideo)
                    ReadVideo(unit, queue, workers, stop);
                else
                    queue.Add(Start(() => Picture(unit), workers), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The consumer stopped; it knows why.
        }
        finally
        {
            queue.CompleteAdding();
        }
    }

    private void ReadVideo(SourceUnit unit, BlockingCollection<Task<UnitEvent>> queue, TaskScheduler workers, CancellationToken stop)
    {
        string? error = null;
        try
        {
            foreach (var frame in videos!.Read(unit.File, frames, stop))
            {
                var task = Start(() => Frame(unit, frame, stop), workers);
                try
                {
                    queue.Add(task, stop);
                }
                catch (OperationCanceledException)
                {
                    ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
                    throw;
                }
            }
        }
        catch (Exception e) when (IsOfTheData(e))
        {
            error = e.Message;
        }
        queue.Add(Task.FromResult(new UnitEvent(unit, null, IsEnd: true, error)), stop);
    }

    private UnitEvent Frame(SourceUnit unit, SourceFrame frame, CancellationToken stop)
    {
        using (frame)
        {
            stop.ThrowIfCancellationRequested();
            return new UnitEvent(unit, preparer.Frame(unit, frame.Index, frame.Image), IsEnd: false, null);
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

    private static bool IsOfTheData(Exception e) => e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException;

    private static Task<UnitEvent> Start(Func<UnitEvent> work, TaskScheduler workers)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, workers);
}
