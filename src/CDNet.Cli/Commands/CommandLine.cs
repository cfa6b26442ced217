using System.CommandLine;

namespace CDNet.Cli.Commands;

/// <summary>All commands.</summary>
internal static class CommandLine
{
    public static RootCommand Create() => new("Tells real faces from deepfakes: CDNet (Cluster Decision for Deepfake Detection Generalization) on ML.NET.")
    {
        PrepareCommand.Create(),
        TrainCommand.Create(),
        CalibrateCommand.Create(),
        EvaluateCommand.Create(),
        TrainDetectorCommand.Create(),
        TrainKeypointsCommand.Create(),
        EvaluateDetectorCommand.Create(),
        ExperimentCommand.Create(),
        ScoreCommand.Create(),
        DataCommand.Create(),
        ModelsCommand.Create(),
        ExportCommand.Create(),
        ServeCommand.Create(),
    };
}
