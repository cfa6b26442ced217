using CDNet.MLNet.Prepared;

namespace CDNet.Cli.Output;

/// <summary>Shows how far a preparation is.</summary>
internal sealed class PreparingDisplay : IProgress<PrepareProgress>, IDisposable
{
    private readonly ProgressLine _line = new();

    public void Report(PrepareProgress value) => _line.Show(()
        => $"Preparing {ProgressLine.Bar(value.Share)} {value.Rows:N0} rows{(value.TimeLeft is { } left ? $", {value.RowsPerSecond:F1}/s, {ProgressLine.Time(left)} left" : "")}");

    public void Dispose() => _line.Dispose();
}
