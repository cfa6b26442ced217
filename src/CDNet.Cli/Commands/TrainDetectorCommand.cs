using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Torch.Detection;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet train-detector</c>: a face detector from pictures of faces and a reference detector.</summary>
internal static class TrainDetectorCommand
{
    private static readonly FaceDetectorTrainingOptions Defaults = new();
    private static readonly Option<string[]> Faces = DetectorOptions.Faces();
    private static readonly Option<string[]> Scenes = DetectorOptions.Scenes();
    private static readonly Option<string> Reference = DetectorOptions.Reference();
    private static readonly Option<double> HoldOut = DetectorOptions.HoldOut();
    private static readonly Option<string> Out = new("--out") { Description = "The detector to write, an .onnx file that --detector takes.", Required = true };
    private static readonly Option<long> Count = CommonOptions.InRange("--count", "Scenes to draw and train on.", Defaults.Scenes, 1, long.MaxValue);
    private static readonly Option<int> Batch = CommonOptions.InRange("--batch", "Scenes a step.", Defaults.BatchSize, 2, 65_536);
    private static readonly Option<double> Rate = CommonOptions.InRange("--lr", "Highest learning rate.", Defaults.LearningRate, 1e-9, 10);
    private static readonly Option<int> Seed = CommonOptions.InRange("--seed", "Seed of weights and scenes.", 1, int.MinValue, int.MaxValue);
    private static readonly Option<TimeSpan?> Budget = CommonOptions.Time("--time-budget", "Time for the training steps, for example 30m. Default: none.");
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("train-detector", "Trains a face detector (BlazeFace) on scenes drawn from pictures of faces that a reference detector labels.")
        {
            Faces, Scenes, Reference, HoldOut, Out, Count, Batch, Rate, Seed, Budget, Json,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        TrainingLibrary.Require();
        var reference = NamedInputs.Detector(parsed.GetRequiredValue(Reference));
        var (people, places) = DetectorOptions.Pictures(parsed, Faces, Scenes, HoldOut);
        var output = CommonOptions.OutputFile(parsed, Out);
        using var progress = new DetectorDisplay();
        var report = FaceDetectorTrainer.Train(people.Training, places.Training, reference, new FaceDetectorTrainingOptions
        {
            Scenes = parsed.GetValue(Count),
            BatchSize = parsed.GetValue(Batch),
            LearningRate = parsed.GetValue(Rate),
            Seed = parsed.GetValue(Seed),
            TimeBudget = parsed.GetValue(Budget),
            Progress = progress,
            CancellationToken = cancellation,
        });
        progress.Dispose();
        report.Detector.Save(output);
        var comparison = people.HeldOut.Count > 0 ? DetectorComparison.Of(report.Detector, reference, people.HeldOut, places.HeldOut, cancellation: cancellation) : null;
        var result = new DetectorResult(report.Detector, comparison, report);
        Terminal.Show(result, parsed.GetValue(Json));
        return ExitCode.Done;
    }
}
