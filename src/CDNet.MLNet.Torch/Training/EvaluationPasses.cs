using CDNet.MLNet.Torch.Networks;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Passes over the data without gradient.</summary>
/// <param name="cache">The rows.</param>
/// <param name="options">Batches and cancellation.</param>
/// <param name="network">The network.</param>
/// <param name="device">Where it is.</param>
internal sealed class EvaluationPasses(CropCache cache, SamFeatureOptions options, FeatureNetwork network, Device device)
{
    /// <summary>What a function of the features gives for rows, batch by batch, in evaluation mode.</summary>
    /// <param name="rows">The rows, in this order.</param>
    /// <param name="map">From features [N, <see cref="FeatureNetwork.FeatureCount"/>] to numbers.</param>
    public IEnumerable<(CropBatch Batch, float[] Values)> Evaluate(int[] rows, Func<Tensor, Tensor> map)
    {
        network.eval();
        foreach (var batch in BatchReader.Read(cache, rows, options.BatchSize, isTraining: false, augmenter: null, options.CancellationToken))
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            var (faces, parts, amplitudes, _) = batch.ToTensors(device);
            yield return (batch, [.. map(network.Features(faces, parts, amplitudes)).cpu().contiguous().data<float>()]);
        }
    }

    /// <summary>Measures the batch norms' statistics anew on training rows that depend on the seed alone.</summary>
    public void MeasureBatchNorms(int[] training)
    {
        var batches = BatchReader.Read(cache, ForStatistics(training), options.BatchSize, isTraining: true, augmenter: null, options.CancellationToken);
        BatchNormStatistics.Measure(network, batches, batch =>
        {
            var (faces, parts, amplitudes, _) = batch.ToTensors(device);
            network.Features(faces, parts, amplitudes);
        });
    }

    /// <summary>Sends the same rows through the network in evaluation mode.</summary>
    public void SendStatisticsRows(int[] training)
    {
        foreach (var _ in Evaluate(ForStatistics(training), static features => features))
        {
        }
    }

    private int[] ForStatistics(int[] training)
    {
        var rows = (int[])training.Clone();
        // A source of its own: the order of the epochs must not depend on how often statistics are measured.
        new Random(options.Seed).Shuffle(rows);
        return rows[..StatisticsRows(training)];
    }

    /// <summary>How many rows <see cref="MeasureBatchNorms"/> takes.</summary>
    public int StatisticsRows(int[] training) => (int)Math.Min((long)options.BatchNormBatches * options.BatchSize, training.Length);
}
