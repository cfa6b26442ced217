using System.CommandLine;
using CDNet.Cli.Output;

namespace CDNet.Cli.Commands;

/// <summary>Runs a command and turns what it throws into one line and an exit code.</summary>
internal static class CommandAction
{
    /// <summary>Sets what a command does.</summary>
    public static void Does(this Command command, Func<ParseResult, CancellationToken, int> action)
        => command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, action, cancellation), CancellationToken.None));

    private static int Run(ParseResult parsed, Func<ParseResult, CancellationToken, int> action, CancellationToken cancellation)
    {
        try
        {
            return action(parsed, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            var canResume = parsed.CommandResult.Command.Options.Any(option => option.Name == "--resume");
            Terminal.Error(canResume ? "cancelled. What was written so far is kept; --resume goes on from there." : "cancelled. What was finished is kept.");
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
