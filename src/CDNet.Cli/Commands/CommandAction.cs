using System.CommandLine;
using CDNet.Cli.Output;

namespace CDNet.Cli.Commands;

/// <summary>Runs a command and turns what it throws into one line and an exit code.</summary>
internal static class CommandAction
{
    /// <summary>Sets what a command does.</summary>
    public static void Does(this Command command, Func<ParseResult, CancellationToken, int> action)
        => command.SetAction((parsed, cancellation) => Task.Run(() => Run(() => action(parsed, cancellation), cancellation), CancellationToken.None));

    private static int Run(Func<int> action, CancellationToken cancellation)
    {
        try
        {
            return action();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Terminal.Error("cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or InvalidOperationException or UnauthorizedAccessException)
        {
            Terminal.Error(OneLine(e.Message));
            return ExitCode.Usage;
        }
    }

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
