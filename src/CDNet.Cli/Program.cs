using System.CommandLine;
using CDNet.Cli.Commands;
using CDNet.Cli.Output;

var parsed = CommandLine.Create().Parse(args);
// A step of a training takes seconds on a busy machine. A process that ends in its middle takes the libraries from under it, and crashes.
if (parsed.Errors.Count == 0)
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
foreach (var error in parsed.Errors)
    Terminal.Error($"{error.Message} See cdnet {(parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ")}--help.");
return ExitCode.Usage;
