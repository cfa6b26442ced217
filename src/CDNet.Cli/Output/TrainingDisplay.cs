using CDNet.MLNet.Torch;

namespace CDNet.Cli.Output;

/// <summary>Shows a training: a line that moves within a phase, and one that stays for each epoch.</summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>, IDisposable
{
    private readonly ProgressLine _line = new();

    public void Report(TrainingProgress value)
    {
        // The end of an epoch has no share of its phase any more.
        var isEndOfEpoch = value.Phase is TrainingPhase.Stage1 or TrainingPhase.Stage2 && double.IsNaN(value.Share);
        _line.Show(() => isEndOfEpoch ? EndOfEpoch(value) : Moving(value), isEndOfEpoch);
    }

    public void Dispose() => _line.Dispose();

    private static string EndOfEpoch(TrainingProgress value)
        => $"{Name(value.Phase)}, epoch {value.Epoch}: {(double.IsNaN(value.Loss) ? "" : $"loss {value.Loss:F4}, ")}validation AUC {value.ValidationAuc:F4}";

    private static string Moving(TrainingProgress value)
    {
        var epoch = value.Epoch > 0 ? $", epoch {value.Epoch}" : "";
        var loss = double.IsNaN(value.Loss) ? "" : $", loss {value.Loss:F4}";
        var auc = double.IsNaN(value.ValidationAuc) ? "" : $", AUC {value.ValidationAuc:F4}";
        var left = value.TimeLeft is { } time ? $", {ProgressLine.Time(time)} left" : "";
        return $"{Name(value.Phase)}{epoch} {ProgressLine.Bar(value.Share)} {value.Rows:N0} pictures, {value.RowsPerSecond:F1}/s{loss}{auc}{left}";
    }

    private static string Name(TrainingPhase phase) => phase switch
    {
        TrainingPhase.Preparing => "Cutting out faces",
        TrainingPhase.Stage1 => "Stage 1",
        TrainingPhase.Centres => "Centres",
        _ => "Stage 2",
    };
}
