using System.Diagnostics;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Training;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>The steps that trainings on drawn scenes have in common.</summary>
internal static class SceneTraining
{
    // Batches from which the batch norms' statistics are measured at the end.
    private const int StatisticsBatches = 60;
    private const double WarmupShare = 0.01;

    // Batches that are drawn before the steps that use them.
    private const int Ahead = 3;

    /// <summary>Trains until the scenes or the time are used up, and measures the batch norms' statistics.</summary>
    /// <param name="network">The network.</param>
    /// <param name="draw">Draws a batch, from its seed and the number of its first scene.</param>
    /// <param name="loss">The loss of a batch; what it makes beside is disposed of by the caller.</param>
    /// <param name="forward">Sends a batch through the network.</param>
    /// <param name="options">How to train.</param>
    /// <returns>Scenes trained on, and the mean loss of the last steps.</returns>
    /// <exception cref="InvalidOperationException">The loss is no number.</exception>
    public static (long Scenes, double Loss) Run<TBatch>(nn.Module network, Func<int, long, TBatch> draw, Func<TBatch, Tensor> loss, Action<TBatch> forward, FaceDetectorTrainingOptions options)
    {
        ChannelsLast.ApplyToKernels(network);
        using var optimizer = new AdamOptimizer(network.parameters(), options.LearningRate);
        var clock = Stopwatch.StartNew();
        var (done, recent) = (0L, double.NaN);
        network.train();
        foreach (var batch in Batches(options.Seed, draw, options))
        {
            var share = Math.Max((double)done / options.Scenes, options.TimeBudget is { } budget ? clock.Elapsed / budget : 0);
            if (share >= 1)
                break;
            optimizer.Rate = options.LearningRate * LearningRate.WarmupCosine((share + 1e-4) / WarmupShare, share);
            var now = Step(optimizer, () => loss(batch));
            if (!double.IsFinite(now))
                throw new InvalidOperationException($"The loss is {now}. Lower the learning rate ({options.LearningRate}).");
            done += options.BatchSize;
            recent = double.IsNaN(recent) ? now : recent + 0.02 * (now - recent);
            options.Progress?.Report(new DetectorTrainingProgress(false, done, options.Scenes, recent, done / clock.Elapsed.TotalSeconds, Left(share, clock.Elapsed)));
        }
        // Scenes of another seed, so that none of them was trained on.
        BatchNormStatistics.Measure(network, Batches(~options.Seed, draw, options).Take(StatisticsBatches), forward);
        return (done, recent);
    }

    /// <summary>Batches without end, drawn on other threads.</summary>
    private static IEnumerable<TBatch> Batches<TBatch>(int seed, Func<int, long, TBatch> draw, FaceDetectorTrainingOptions options)
    {
        return ReadAhead.Of(All(), Ahead, options.CancellationToken);

        IEnumerable<TBatch> All()
        {
            for (var first = 0L; ; first += options.BatchSize)
                yield return draw(seed, first);
        }
    }

    private static double Step(AdamOptimizer optimizer, Func<Tensor> loss)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGradients();
        var value = loss();
        value.backward();
        optimizer.Step();
        return value.item<float>();
    }

    private static TimeSpan? Left(double share, TimeSpan elapsed) => share > 0 ? elapsed * ((1 - share) / share) : null;
}
