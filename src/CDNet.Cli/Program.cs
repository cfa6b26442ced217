using System.CommandLine;
using CDNet.Cli.Commands;
using CDNet.Cli.Output;

var root = new RootCommand("Tells real faces from deepfakes: CDNet (Cluster Decision for Deepfake Detection Generalization) on ML.NET.")
{
    PrepareCommand.Create(),
    TrainCommand.Create(),
    CalibrateCommand.Create(),
    EvaluateCommand.Create(),
    TrainDetectorCommand.Create(),
    EvaluateDetectorCommand.Create(),
    ExperimentCommand.Create(),
    ScoreCommand.Create(),
    DataCommand.Create(),
    ModelsCommand.Create(),
    ExportCommand.Create(),
    ServeCommand.Create(),
};
var parsed = root.Parse(args);
// A step of a training takes seconds on a busy machine. A process that ends in its middle takes the libraries from under it, and crashes.
if (parsed.Errors.Count == 0)
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
foreach (var error in parsed.Errors)
    Terminal.Error($"{error.Message} See cdnet {(parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ")}--help.");
return ExitCode.Usage;
