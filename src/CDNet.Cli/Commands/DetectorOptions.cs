using System.CommandLine;
using CDNet.Cli.Inputs;

namespace CDNet.Cli.Commands;

/// <summary>Options that the commands about face detectors share.</summary>
internal static class DetectorOptions
{
    public static Option<string[]> Faces() => new("--faces")
    {
        Description = "Folders with pictures of people, searched with all that is below them.", Required = true, AllowMultipleArgumentsPerToken = true,
    };

    public static Option<string[]> Scenes() => new("--scenes")
    {
        Description = "Folders with pictures of places without people.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [],
    };

    public static Option<string> Reference() => new("--reference") { Description = "The detector that labels and is compared with: a BlazeFace file of MediaPipe, for example face_detection_back.tflite.", Required = true };

    public static Option<double> HoldOut() => CommonOptions.InRange("--hold-out", "Share of the pictures that is kept from training and judged by, told by a hash of their names.", 0.1, 0, 1);

    public static (DetectorPictures People, DetectorPictures Places) Pictures(ParseResult parsed, Option<string[]> faces, Option<string[]> scenes, Option<double> heldOut)
        => (DetectorPictures.Of(parsed.GetRequiredValue(faces), parsed.GetValue(heldOut)), DetectorPictures.Of(parsed.GetRequiredValue(scenes), parsed.GetValue(heldOut)));
}
