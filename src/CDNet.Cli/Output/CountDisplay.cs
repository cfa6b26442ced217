using System.Diagnostics;

namespace CDNet.Cli.Output;

/// <summary>Shows how many of a known number of items are done, how fast, and how long the rest takes.</summary>
/// <param name="verb">What is done to them.</param>
/// <param name="total">How many there are.</param>
/// <param name="then">What is done when all are; null where that takes no time.</param>
internal sealed class CountDisplay(string verb, long total, string? then = null) : IProgress<long>, IDisposable
{
    private readonly ProgressLine _line = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public void Report(long value)
    {
        if (value >= total && then is not null)
            _line.Show(() => $"{verb} {total:N0}/{total:N0}, {then}", isImportant: true);
        else
            _line.Show(() => Line(value));
    }

    public void Dispose() => _line.Dispose();

    private string Line(long value)
    {
        var speed = value / Math.Max(_watch.Elapsed.TotalSeconds, 1e-3);
        // Before the first one is done nobody knows.
        var left = value > 0 ? $", {ProgressLine.Time(TimeSpan.FromSeconds((total - value) / speed))} left" : "";
        return $"{verb} {ProgressLine.Bar((double)value / Math.Max(1, total))} {value:N0}/{total:N0}, {speed:F1}/s{left}";
    }
}
