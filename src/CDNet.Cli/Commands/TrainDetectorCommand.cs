using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Torch.Detection;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet train-detector</c>: a face detector from pictures of faces and a reference detector.</summary>
internal static class TrainDetectorCommand
{
    private static readonly Option<string[]> Scenes = DetectorOptions.Scenes();
    private static readonly DetectorTrainingCommand Training = new();

    public static Command Create() => Training.Create(
        "train-detector", "Trains a face detector (BlazeFace) on scenes drawn from pictures of faces that a reference detector labels.", Scenes, Run);

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        TrainingLibrary.Require();
        var reference = NamedInputs.Detector(parsed.GetRequiredValue(Training.Reference));
        var (people, places) = DetectorOptions.Pictures(parsed, Training.Faces, Scenes, Training.HoldOut);
        return Training.Run(
            parsed, options => FaceDetectorTrainer.Train(people.Training, places.Training, reference, options),
            trained => DetectorComparison.Of(trained, reference, people.HeldOut, places.HeldOut, cancellation: cancellation), people.HeldOut, cancellation);
    }
}
