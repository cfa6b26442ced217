namespace CDNet.Cli.Output;

/// <summary>Shows how much of a work is done, as a share of it.</summary>
internal sealed class ShareDisplay(string verb) : IProgress<double>, IDisposable
{
    private readonly ProgressLine _line = new();

    public void Report(double value) => _line.Show(() => $"{verb} {ProgressLine.Bar(value)}");

    public void Dispose() => _line.Dispose();
}
