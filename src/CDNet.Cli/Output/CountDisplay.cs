using System.Diagnostics;

namespace CDNet.Cli.Output;

/// <summary>Shows how many of a known number of items are done, how fast, and how long the rest takes.</summary>
internal sealed class CountDisplay(string verb, long total) : IDisposable
{
    private readonly ProgressLine _line = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public void Report(long done) => _line.Show(() =>
    {
        var speed = done / Math.Max(_watch.Elapsed.TotalSeconds, 1e-3);
        // Before the first one is done nobody knows.
        var left = done > 0 ? $", {ProgressLine.Time(TimeSpan.FromSeconds((total - done) / speed))} left" : "";
        return $"{verb} {ProgressLine.Bar((double)done / Math.Max(1, total))} {done:N0}/{total:N0}, {speed:F1}/s{left}";
    });

    public void Dispose() => _line.Dispose();
}
