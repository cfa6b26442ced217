using System.Diagnostics;

namespace CDNet.Cli.Output;

/// <summary>One line of standard error that is written over on a terminal, and printed now and then into a file.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int BarCells = 24;
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan IntoFile = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private readonly Stopwatch _sinceShown = new();
    private int _shown;

    /// <summary>Shows a state; most calls are passed over, so that showing costs nothing.</summary>
    /// <param name="text">Makes the text where it is shown.</param>
    /// <param name="isImportant">Whether it is shown in any case, on a line that stays.</param>
    public void Show(Func<string> text, bool isImportant = false)
    {
        lock (_gate)
        {
            var pause = _isTerminal ? OnTerminal : IntoFile;
            if (!isImportant && _sinceShown.IsRunning && _sinceShown.Elapsed < pause)
                return;
            _sinceShown.Restart();
            Write(text(), isImportant || !_isTerminal);
        }
    }

    /// <summary>A bar of a share from 0 to 1.</summary>
    public static string Bar(double share)
    {
        var full = double.IsNaN(share) ? 0 : (int)Math.Clamp(share * BarCells, 0, BarCells);
        return $"[{new string('#', full)}{new string('-', BarCells - full)}]{(double.IsNaN(share) ? "" : $" {share,4:P0}")}";
    }

    /// <summary>A time as a person reads it.</summary>
    public static string Time(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes:00} min" : $"{time.Minutes}:{time.Seconds:00} min";

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isTerminal && _shown > 0)
                Console.Error.Write($"\r{new string(' ', _shown)}\r");
            _shown = 0;
        }
    }

    private void Write(string text, bool stays)
    {
        if (!_isTerminal)
        {
            Console.Error.WriteLine(text);
            return;
        }
        Console.Error.Write($"\r{text.PadRight(_shown)}{(stays ? "\n" : "")}");
        _shown = stays ? 0 : text.Length;
    }
}
