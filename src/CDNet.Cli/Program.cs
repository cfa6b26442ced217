using System.CommandLine;
using System.Runtime.InteropServices;
using CDNet.Cli.Commands;
using CDNet.Cli.Output;

// SIGXFSZ. Where files may only be so large (ulimit -f), the write that goes beyond fails and is told with its path, as on a full disk, instead of ending the process.
using var tooLarge = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)25, static signal => signal.Cancel = true);
var parsed = CommandLine.Create().Parse(args);
// A step of a training takes seconds on a busy machine. A process that ends in its middle takes the libraries from under it, and crashes.
if (parsed.Errors.Count == 0)
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
foreach (var error in parsed.Errors)
    Terminal.Error($"{error.Message} See cdnet {(parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ")}--help.");
return ExitCode.Usage;
