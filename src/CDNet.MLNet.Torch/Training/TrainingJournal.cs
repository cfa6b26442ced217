using CDNet.MLNet.Torch.Training.Checkpoints;
using Microsoft.Extensions.Logging;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Tells those who watch a training how it goes: the progress and the logger of the options, and the metrics beside the checkpoint.</summary>
/// <param name="options">Who is told.</param>
/// <param name="state">Where the training stands.</param>
/// <param name="clock">Time since the fit began.</param>
/// <param name="metrics">The metrics; null where none are kept.</param>
internal sealed partial class TrainingJournal(SamFeatureOptions options, TrainingState state, TrainingClock clock, MetricsLog? metrics)
{
    /// <summary>How far a phase is.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="epoch">Its epoch, or 0.</param>
    /// <param name="share">Done of it, 0 to 1, or NaN.</param>
    /// <param name="rows">Rows done in it.</param>
    /// <param name="loss">Mean loss of the epoch so far, or NaN.</param>
    /// <param name="time">Time since it began.</param>
    /// <param name="auc">Validation AUC; that of the last epoch where NaN.</param>
    public void Report(TrainingPhase phase, int epoch, double share, long rows, double loss, TimeSpan time, double auc = double.NaN)
    {
        if (options.Progress is not { } progress)
            return;
        TimeSpan? left = share > 0 ? time * ((1 - share) / share) : null;
        var last = double.IsNaN(auc) && state.Epochs.Count > 0 ? state.Epochs[^1].ValidationAuc : auc;
        progress.Report(new TrainingProgress(phase, epoch, share, rows, loss, last, Speed(rows, time.TotalSeconds), left));
    }

    /// <summary>Notes a line of steps; null where there is none to note yet.</summary>
    public void Step(TrainingMetric? metric)
    {
        if (metric is not null)
            metrics?.Add(metric);
    }

    /// <summary>An epoch has ended.</summary>
    /// <param name="phase">The stage as a phase.</param>
    /// <param name="epoch">What it gave.</param>
    /// <param name="stepShare">Share of the steps' own time, or null.</param>
    public void EndOfEpoch(TrainingPhase phase, EpochReport epoch, double? stepShare)
    {
        metrics?.Add(new TrainingMetric(
            TrainingMetric.EndOfEpoch, epoch.Stage, epoch.Epoch, state.StageSteps, epoch.Loss, epoch.ValidationAuc, LearningRate: null,
            Speed(epoch.Rows, epoch.Seconds), clock.Elapsed.TotalSeconds, stepShare));
        if (options.Logger is { } logger)
            Log.Epoch(logger, epoch.Stage, epoch.Epoch, epoch.Loss, epoch.ValidationAuc, epoch.Rows, epoch.Seconds);
        Report(phase, epoch.Epoch, double.NaN, epoch.Rows, epoch.Loss, TimeSpan.FromSeconds(epoch.Seconds), epoch.ValidationAuc);
    }

    /// <summary>The training goes on from a checkpoint.</summary>
    public void Resumed()
    {
        if (options.Logger is { } logger)
            Log.Resumed(logger, state.Stage, state.Epoch, state.Batch);
    }

    /// <summary>Stage 2 ends because nothing moves any more.</summary>
    public void Saturated(int epoch)
    {
        if (options.Logger is { } logger)
            Log.Saturated(logger, epoch);
    }

    private static double Speed(long rows, double seconds) => rows / Math.Max(seconds, 1e-3);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Stage {Stage}, epoch {Epoch}: loss {Loss:F4}, validation AUC {Auc:F4}, {Rows} rows in {Seconds:F0} s")]
        public static partial void Epoch(ILogger logger, int stage, int epoch, double loss, double auc, long rows, double seconds);

        [LoggerMessage(Level = LogLevel.Information, Message = "Going on in stage {Stage}, epoch {Epoch}, after {Batches} batches")]
        public static partial void Resumed(ILogger logger, int stage, int epoch, int batches);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stage 2 ends after epoch {Epoch}: every row is inside its margin, so the cluster loss is 0 and nothing moves")]
        public static partial void Saturated(ILogger logger, int epoch);
    }
}
