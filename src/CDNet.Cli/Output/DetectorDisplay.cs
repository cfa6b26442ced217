using CDNet.MLNet.Torch.Detection;

namespace CDNet.Cli.Output;

/// <summary>Shows the training of a detector: a line that moves.</summary>
internal sealed class DetectorDisplay : IProgress<DetectorTrainingProgress>, IDisposable
{
    private readonly ProgressLine _line = new();

    public void Report(DetectorTrainingProgress value) => _line.Show(() =>
    {
        var left = value.TimeLeft is { } time ? $", {ProgressLine.Time(time)} left" : "";
        return value.IsLabeling
            ? $"Labelling {ProgressLine.Bar((double)value.Done / value.Total)} {value.Done:N0}/{value.Total:N0} pictures, {value.PerSecond:F1}/s{left}"
            : $"Training {ProgressLine.Bar(Share(value))} {value.Done:N0} scenes, {value.PerSecond:F0}/s, loss {value.Loss:F4}{left}";
    });

    public void Dispose() => _line.Dispose();

    /// <summary>How much is done: of the scenes, or of the time where that ends it first.</summary>
    private static double Share(DetectorTrainingProgress value)
    {
        var passed = value.Done / value.PerSecond;
        return value.TimeLeft is { } left ? passed / (passed + left.TotalSeconds) : (double)value.Done / value.Total;
    }
}
