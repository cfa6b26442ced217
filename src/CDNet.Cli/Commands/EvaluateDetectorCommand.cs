using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Evaluation;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet evaluate-detector</c>: a face detector beside a reference.</summary>
internal static class EvaluateDetectorCommand
{
    private static readonly FaceSearchOptions Search = new();
    private static readonly Option<string[]> Faces = DetectorOptions.Faces();
    private static readonly Option<string[]> Scenes = DetectorOptions.Scenes();
    private static readonly Option<string> Reference = DetectorOptions.Reference();
    private static readonly Option<double> HoldOut = DetectorOptions.HoldOut();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("evaluate-detector", "Compares a face detector with a reference on the pictures that train-detector holds out: faces found, error of the key points, false faces, time.")
        {
            Search.Detector, Faces, Scenes, Reference, HoldOut, Search.MinConfidence, Search.SecondLook, Search.TileSide, Json,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (options, reference) = (Search.Parse(parsed).ToOptions(), NamedInputs.Detector(parsed.GetRequiredValue(Reference)));
        var detector = options.Detector!;
        var (people, places) = DetectorOptions.Pictures(parsed, Faces, Scenes, HoldOut);
        var comparison = DetectorComparison.Of(detector, reference, people.HeldOut, places.HeldOut, options, cancellation);
        var result = new DetectorResult(detector, comparison, null);
        Terminal.Show(result, parsed.GetValue(Json));
        return comparison.Failed.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
