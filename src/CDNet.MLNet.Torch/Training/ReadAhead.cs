using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Makes batches on another thread, some ahead of the step that uses them.</summary>
internal static class ReadAhead
{
    /// <summary>The same batches in the same order.</summary>
    /// <param name="batches">The batches; each is made when it is asked for.</param>
    /// <param name="ahead">How many may wait.</param>
    /// <param name="cancellation">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
    public static IEnumerable<T> Of<T>(IEnumerable<T> batches, int ahead, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var queue = new BlockingCollection<T>(ahead);
        var making = Task.Run(() => Fill(batches, queue, stop.Token), CancellationToken.None);
        try
        {
            foreach (var batch in queue.GetConsumingEnumerable(cancellation))
                yield return batch;
            // Hands on what the other thread threw.
            making.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            ((IAsyncResult)making).AsyncWaitHandle.WaitOne();
        }
    }

    private static void Fill<T>(IEnumerable<T> batches, BlockingCollection<T> queue, CancellationToken stop)
    {
        try
        {
            foreach (var batch in batches)
                queue.Add(batch, stop);
        }
        catch (OperationCanceledException)
        {
            // The consumer stopped; it knows why.
        }
        catch (AggregateException e)
        {
            // The rows of a batch are made in parallel; one reason is enough.
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
        finally
        {
            queue.CompleteAdding();
        }
    }
}
