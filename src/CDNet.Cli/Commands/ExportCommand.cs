using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet export</c>: a model for programs that are not .NET.</summary>
internal static class ExportCommand
{
    private const string DefaultLicence = "trained on pictures of the Deepfake Detection Challenge, for research; see the model card of CDNet.MLNet";

    private static readonly Option<string> Model = CommonOptions.Model();
    private static readonly Option<string> Onnx = new("--onnx") { Description = "The ONNX file to write: everything behind the cropping, from crops to the probability.", Required = true };
    private static readonly Option<string?> Licence = new("--licence") { Description = "What may be done with the weights; it goes into the file's metadata." };

    public static Command Create()
    {
        var command = new Command("export", "Writes a model as one ONNX file for Python, browsers and others; docs/export.md shows how it is used.") { Model, Onnx, Licence };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var model = NamedInputs.Model(parsed.GetRequiredValue(Model));
        var target = CommonOptions.OutputFile(parsed, Onnx);
        OnnxExport.Write(model, target, parsed.GetValue(Licence) ?? (model.Name == CDNetModel.DefaultName ? DefaultLicence : null));
        Console.Error.WriteLine($"{target}: {new FileInfo(target).Length:N0} bytes.");
        return ExitCode.Done;
    }
}
