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
    /// <param name="checkpoints">Where checkpoints go, and what to go on from; null for none.</param>
    /// <returns>Scenes trained on, and the mean loss of the last steps.</returns>
    /// <exception cref="InvalidOperationException">The loss is no number.</exception>
    public static (long Scenes, double Loss) Run<TBatch>(
        nn.Module network, Func<int, long, TBatch> draw, Func<TBatch, Tensor> loss, Action<TBatch> forward, FaceDetectorTrainingOptions options, SceneCheckpoints? checkpoints)
    {
        ChannelsLast.ApplyToKernels(network);
        using var optimizer = new AdamOptimizer(network.parameters(), options.LearningRate);
        var start = checkpoints?.Restore(network, optimizer) ?? SceneState.Start;
        var (state, clock) = (start, Stopwatch.StartNew());
        network.train();
        try
        {
            foreach (var batch in Batches(options.Seed, start.Scenes, draw, options))
            {
                var share = Share(state, options);
                if (share >= 1)
                    break;
                optimizer.Rate = options.LearningRate * LearningRate.WarmupCosine((share + 1e-4) / WarmupShare, share);
                var now = Step(optimizer, () => loss(batch));
                if (!double.IsFinite(now))
                    throw new InvalidOperationException($"The loss is {now}. Lower the learning rate ({options.LearningRate}).");
                state = new SceneState(state.Scenes + options.BatchSize, start.Seconds + clock.Elapsed.TotalSeconds, state.Loss is { } recent ? recent + 0.02 * (now - recent) : now);
                options.Progress?.Report(Progress(state, (state.Scenes - start.Scenes) / clock.Elapsed.TotalSeconds, options));
                if (checkpoints?.IsDue(TimeSpan.FromSeconds(state.Seconds)) == true)
                    checkpoints.Save(state, network, optimizer);
            }
        }
        catch (OperationCanceledException)
        {
            checkpoints?.Save(state, network, optimizer);
            throw;
        }
        // Scenes of another seed, so that none of them was trained on.
        BatchNormStatistics.Measure(network, Batches(~options.Seed, 0, draw, options).Take(StatisticsBatches), forward);
        return (state.Scenes, state.Loss ?? double.NaN);
    }

    /// <summary>How much of the scenes, or of the time, is used up.</summary>
    private static double Share(SceneState state, FaceDetectorTrainingOptions options)
        => Math.Max((double)state.Scenes / options.Scenes, options.TimeBudget is { } budget ? state.Seconds / budget.TotalSeconds : 0);

    private static DetectorTrainingProgress Progress(SceneState state, double perSecond, FaceDetectorTrainingOptions options)
    {
        var share = Share(state, options);
        return new DetectorTrainingProgress(false, state.Scenes, options.Scenes, state.Loss ?? double.NaN, perSecond, share > 0 ? TimeSpan.FromSeconds(state.Seconds * ((1 - share) / share)) : null);
    }

    /// <summary>Batches without end, drawn on other threads.</summary>
    private static IEnumerable<TBatch> Batches<TBatch>(int seed, long start, Func<int, long, TBatch> draw, FaceDetectorTrainingOptions options)
    {
        return ReadAhead.Of(All(), Ahead, options.CancellationToken);

        IEnumerable<TBatch> All()
        {
            for (var first = start; ; first += options.BatchSize)
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
}
