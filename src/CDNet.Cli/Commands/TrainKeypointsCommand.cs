using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Detection;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet train-keypoints</c>: the network by which a detector measures key points at a second look.</summary>
internal static class TrainKeypointsCommand
{
    private static readonly Option<string> Detector = CommonOptions.Detector();
    private static readonly DetectorTrainingCommand Training = new();

    public static Command Create() => Training.Create(
        "train-keypoints", "Trains a detector's second look: a small network that measures the key points of each face that was found, on pictures of faces that a reference detector labels.", Detector, Run);

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        TrainingLibrary.Require();
        var detector = NamedInputs.Detector(parsed.GetValue(Detector));
        var reference = NamedInputs.Detector(parsed.GetRequiredValue(Training.Reference));
        var people = DetectorPictures.Of(parsed.GetRequiredValue(Training.Faces), parsed.GetValue(Training.HoldOut));
        var looking = new FacePartCropOptions { SecondLook = 2 };
        return Training.Run(
            parsed, options => KeypointTrainer.Train(detector, people.Training, reference, options),
            trained => DetectorComparison.Of(trained, reference, people.HeldOut, [], looking, cancellation), people.HeldOut, cancellation);
    }
}
