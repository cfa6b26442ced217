using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using CDNet.MLNet.Torch.Training.Augmentation;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Reads the batches of a pass over the data one ahead of the step that uses them.</summary>
internal static class BatchReader
{
    private const int Ahead = 2;

    /// <summary>Batches of rows in the given order.</summary>
    /// <param name="cache">The rows.</param>
    /// <param name="rows">Which rows, in which order.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="isTraining">Leaves out a last batch of one row, because a batch norm cannot train on it.</param>
    /// <param name="augmenter">Changes the rows, each as its epoch and its index say; null for none.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static IEnumerable<CropBatch> Read(
        CropCache cache, int[] rows, int batchSize, bool isTraining, CropAugmenter? augmenter, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var queue = new BlockingCollection<CropBatch>(Ahead);
        var reading = Task.Run(() => Fill(cache, rows, batchSize, isTraining, augmenter, queue, stop.Token), CancellationToken.None);
        try
        {
            foreach (var batch in queue.GetConsumingEnumerable(cancellation))
                yield return batch;
            // Hands on what the reader threw.
            reading.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
        }
    }

    private static void Fill(
        CropCache cache, int[] rows, int batchSize, bool isTraining, CropAugmenter? augmenter, BlockingCollection<CropBatch> queue, CancellationToken stop)
    {
        try
        {
            for (var start = 0; start < rows.Length; start += batchSize)
            {
                var count = Math.Min(batchSize, rows.Length - start);
                if (count == 1 && isTraining)
                    break;
                queue.Add(CropBatch.Read(cache, rows[start..(start + count)], augmenter), stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The consumer stopped; it knows why.
        }
        catch (AggregateException e)
        {
            // Rows are changed in parallel; one reason is enough.
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
        finally
        {
            queue.CompleteAdding();
        }
    }
}
