using System.Diagnostics;

namespace CDNet.Cli.Output;

/// <summary>Shows how many of a known number of items are done, how fast, and how long the rest takes.</summary>
internal sealed class CountDisplay(string verb, int total = 0) : IDisposable
{
    private readonly ProgressLine _line = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public void Report(int done) => Report(done, total);

    /// <summary>The same where the number is known only now.</summary>
    public void Report(int done, int of) => _line.Show(() =>
    {
        var speed = done / Math.Max(_watch.Elapsed.TotalSeconds, 1e-3);
        var left = TimeSpan.FromSeconds((of - done) / Math.Max(speed, 1e-3));
        return $"{verb} {ProgressLine.Bar((double)done / Math.Max(1, of))} {done:N0}/{of:N0}, {speed:F1}/s, {ProgressLine.Time(left)} left";
    });

    public void Dispose() => _line.Dispose();
}
