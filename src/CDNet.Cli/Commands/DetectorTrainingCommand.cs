using System.CommandLine;
using CDNet.Cli.Output;
using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Detection;

namespace CDNet.Cli.Commands;

/// <summary>What <c>train-detector</c> and <c>train-keypoints</c> have in common: pictures of faces, a reference that labels them, and how to train.</summary>
internal sealed class DetectorTrainingCommand
{
    // Behind the detector's name.
    private const string CheckpointSuffix = ".checkpoint";

    private static readonly FaceDetectorTrainingOptions Defaults = new();

    public Option<string[]> Faces { get; } = DetectorOptions.Faces();

    public Option<string> Reference { get; } = DetectorOptions.Reference();

    public Option<double> HoldOut { get; } = DetectorOptions.HoldOut();

    public Option<string> Out { get; } = new("--out") { Description = "The detector to write, an .onnx file that --detector takes.", Required = true };

    public Option<long> Count { get; } = CommonOptions.InRange("--count", "Scenes to draw and train on.", Defaults.Scenes, 1, long.MaxValue);

    public Option<int> Batch { get; } = CommonOptions.InRange("--batch", "Scenes a step.", Defaults.BatchSize, 2, 65_536);

    public Option<double> Rate { get; } = CommonOptions.InRange("--lr", "Highest learning rate.", Defaults.LearningRate, 1e-9, 10);

    public Option<int> Seed { get; } = CommonOptions.InRange("--seed", "Seed of weights and scenes.", 1, int.MinValue, int.MaxValue);

    public Option<TimeSpan?> Budget { get; } = CommonOptions.Time("--time-budget", "Time for the training steps, for example 30m. Default: none.");

    public Option<TimeSpan?> Checkpoints { get; } = CommonOptions.Time("--checkpoint-every", "Time between checkpoints, for example 10m. Default: 5m.");

    public Option<bool> Resume { get; } = new("--resume") { Description = "Go on from the checkpoint beside the detector; begin where there is none." };

    public Option<bool> Json { get; } = CommonOptions.Json();

    /// <summary>A command with these options.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="own">The option that it has beside them.</param>
    /// <param name="run">Does it.</param>
    public Command Create(string name, string description, Option own, Func<ParseResult, CancellationToken, int> run)
    {
        var command = new Command(name, description) { own, Faces, Reference, HoldOut, Out, Count, Batch, Rate, Seed, Budget, Checkpoints, Resume, Json };
        command.Does(run);
        return command;
    }

    /// <summary>Trains, writes the detector, and shows how it does on the pictures that were held out.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="train">Trains with the options that were given.</param>
    /// <param name="compare">Compares what was trained; not called where no pictures of people were held out.</param>
    /// <param name="heldOut">Pictures of people that were held out.</param>
    /// <param name="cancellation">Ends the training.</param>
    public int Run(ParseResult parsed, Func<FaceDetectorTrainingOptions, DetectorTrainingReport> train, Func<FaceDetectorModel, DetectorComparison> compare, IReadOnlyList<string> heldOut, CancellationToken cancellation)
    {
        var output = CommonOptions.OutputFile(parsed, Out);
        using var progress = new DetectorDisplay();
        var report = train(new FaceDetectorTrainingOptions
        {
            Scenes = parsed.GetValue(Count),
            BatchSize = parsed.GetValue(Batch),
            LearningRate = parsed.GetValue(Rate),
            Seed = parsed.GetValue(Seed),
            TimeBudget = parsed.GetValue(Budget),
            CheckpointPath = output + CheckpointSuffix,
            CheckpointInterval = parsed.GetValue(Checkpoints) ?? Defaults.CheckpointInterval,
            Resume = parsed.GetValue(Resume),
            Progress = progress,
            CancellationToken = cancellation,
        });
        progress.Dispose();
        report.Detector.Save(output);
        Terminal.Show(new DetectorResult(report.Detector, heldOut.Count > 0 ? compare(report.Detector) : null, report), parsed.GetValue(Json));
        return ExitCode.Done;
    }
}
