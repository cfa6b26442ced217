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
        var left = TimeSpan.FromSeconds((total - done) / Math.Max(speed, 1e-3));
        return $"{verb} {ProgressLine.Bar((double)done / Math.Max(1, total))} {done:N0}/{total:N0}, {speed:F1}/s, {ProgressLine.Time(left)} left";
    });

    public void Dispose() => _line.Dispose();
}
