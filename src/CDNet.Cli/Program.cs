using System.CommandLine;
using CDNet.Cli.Commands;

var root = new RootCommand("Tells real faces from deepfakes: CDNet (Cluster Decision for Deepfake Detection Generalization) on ML.NET.")
{
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    ScoreCommand.Create(),
    ModelsCommand.Create(),
};
var parsed = root.Parse(args);
// Exit code 2 is for wrong usage; the library's own would be 1, which here means that some items failed.
var code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
