using CDNet.MLNet.Torch.Training.Augmentation;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Reads the batches of a pass over the data ahead of the step that uses them.</summary>
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
        var batches = rows.Chunk(batchSize).Where(batch => batch.Length > 1 || !isTraining);
        return ReadAhead.Of(batches.Select(batch => CropBatch.Read(cache, batch, augmenter)), Ahead, cancellation);
    }
}
