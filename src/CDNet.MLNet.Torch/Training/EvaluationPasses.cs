using System.Diagnostics;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Metrics;
using CDNet.MLNet.Scoring.Evidence;
using CDNet.MLNet.Torch.Networks;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Passes over the data without gradient.</summary>
/// <param name="cache">The rows.</param>
/// <param name="options">Batches and cancellation.</param>
/// <param name="network">The network.</param>
/// <param name="device">Where it is.</param>
/// <param name="clock">Told how fast the passes are.</param>
internal sealed class EvaluationPasses(CropCache cache, SamFeatureOptions options, FeatureNetwork network, Device device, TrainingClock clock)
{
    // Enough for a mean that is off by a twentieth of the deviation.
    private const int MostPartRows = 800;

    /// <summary>Area under the ROC curve of a stage's scores; NaN without rows.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="rows">The rows.</param>
    /// <exception cref="InvalidOperationException">A score is not finite.</exception>
    public double Auc(TrainingStage stage, int[] rows)
    {
        var (scores, labels) = (new List<float>(), new List<bool>());
        var watch = Stopwatch.StartNew();
        foreach (var (batch, values) in Evaluate(rows, stage.Scores))
        {
            scores.AddRange(values);
            labels.AddRange(batch.Labels.Select(label => label > 0));
        }
        if (scores.Count > 0)
            clock.NoteForward(scores.Count, watch.Elapsed);
        if (!scores.All(float.IsFinite))
            throw new InvalidOperationException($"Stage {stage.Number} gives scores that are not finite. Lower the learning rate ({stage.LearningRate}).");
        return RankingMetrics.Auc(scores, labels);
    }

    /// <summary>The mean of real and of fake training rows, and how far they scatter, in the vector where the parts of a face stand side by side; null where the network has none, or a class no row.</summary>
    /// <param name="training">The training rows, of which as many as <see cref="PartRows"/> are taken.</param>
    public PartMeans? MeasureParts(int[] training)
    {
        if (network.Vector is not { } vector)
            return null;
        var means = Means(Evaluate(Drawn(training, PartRows(training)), vector));
        if (means.Fakes == 0 || means.Reals == 0)
            return null;
        var centres = means.ToCentres();
        return new PartMeans(centres.Real, centres.Fake, means.Deviations());
    }

    /// <summary>How many rows <see cref="MeasureParts"/> takes.</summary>
    public static int PartRows(int[] training) => Math.Min(MostPartRows, training.Length);

    /// <summary>The features of rows, added up by class (Eq. 1).</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="progress">Told after each batch how many rows are done, and since when.</param>
    public ClassMeans FeatureMeans(int[] rows, Action<long, TimeSpan> progress)
    {
        var watch = Stopwatch.StartNew();
        var means = Means(Evaluate(rows, static features => features), sofar => progress(sofar.Fakes + sofar.Reals, watch.Elapsed));
        clock.NoteForward(rows.Length, watch.Elapsed);
        return means;
    }

    private static ClassMeans Means(IEnumerable<(CropBatch Batch, float[] Values)> passes, Action<ClassMeans>? progress = null)
    {
        var means = new ClassMeans();
        foreach (var (batch, values) in passes)
        {
            var length = values.Length / batch.Count;
            for (var i = 0; i < batch.Count; i++)
                means.Add(values.AsSpan(i * length, length), batch.Labels[i] > 0);
            progress?.Invoke(means);
        }
        return means;
    }

    /// <summary>What a function of the features [N, <see cref="FeatureNetwork.FeatureCount"/>] gives for rows, batch by batch, in evaluation mode.</summary>
    private IEnumerable<(CropBatch Batch, float[] Values)> Evaluate(int[] rows, Func<Tensor, Tensor> map)
        => Evaluate(rows, (faces, parts, amplitudes) => map(network.Features(faces, parts, amplitudes)));

    private IEnumerable<(CropBatch Batch, float[] Values)> Evaluate(int[] rows, Func<Tensor, Tensor, Tensor, Tensor> map)
    {
        network.eval();
        foreach (var batch in BatchReader.Read(cache, rows, options.BatchSize, isTraining: false, augmenter: null, options.CancellationToken))
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            var (faces, parts, amplitudes, _) = batch.ToTensors(device);
            yield return (batch, map(faces, parts, amplitudes).ToFloats());
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

    private int[] ForStatistics(int[] training) => Drawn(training, StatisticsRows(training));

    private int[] Drawn(int[] training, int count)
    {
        var rows = (int[])training.Clone();
        // A source of its own: the order of the epochs must not depend on how often statistics are measured.
        new Random(options.Seed).Shuffle(rows);
        return rows[..count];
    }

    /// <summary>How many rows <see cref="MeasureBatchNorms"/> takes.</summary>
    public int StatisticsRows(int[] training) => (int)Math.Min((long)options.BatchNormBatches * options.BatchSize, training.Length);
}
