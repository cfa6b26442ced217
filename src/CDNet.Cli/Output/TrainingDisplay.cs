using CDNet.MLNet.Torch;

namespace CDNet.Cli.Output;

/// <summary>Shows a training: a line that moves within a phase, and a table that grows by a row with each epoch.</summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>, IDisposable
{
    private const string Header = "Stage  Epoch     Loss  Validation AUC   Pictures  Pictures/s      Time";

    private readonly ProgressLine _line = new();
    private bool _hasHeader;

    public void Report(TrainingProgress value)
    {
        // The end of an epoch has no share of its phase any more.
        var isEndOfEpoch = value.Phase is TrainingPhase.Stage1 or TrainingPhase.Stage2 && double.IsNaN(value.Share);
        if (isEndOfEpoch && !_hasHeader)
            _line.Show(() => Header, isImportant: true);
        _hasHeader |= isEndOfEpoch;
        _line.Show(() => isEndOfEpoch ? Row(value) : Moving(value), isEndOfEpoch);
    }

    public void Dispose() => _line.Dispose();

    private static string Row(TrainingProgress value)
    {
        var loss = double.IsNaN(value.Loss) ? "-" : $"{value.Loss:F4}";
        var time = value.RowsPerSecond > 0 ? ProgressLine.Time(TimeSpan.FromSeconds(value.Rows / value.RowsPerSecond)) : "-";
        return $"{(value.Phase == TrainingPhase.Stage1 ? 1 : 2),5}  {value.Epoch,5}  {loss,7}  {value.ValidationAuc,14:F4}  {value.Rows,9:N0}  {value.RowsPerSecond,10:F1}  {time,9}";
    }

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
