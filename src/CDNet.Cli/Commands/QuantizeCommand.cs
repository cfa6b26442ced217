using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet models quantize</c>: makes a model ready to score in 8 bits.</summary>
internal static class QuantizeCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model zip, or default: the model that comes with this program, which is ready." };
    private static readonly Option<string> Data = CommonOptions.Data();
    private static readonly Option<string> Root = CommonOptions.Root();
    private static readonly Option<string> Manifest = CommonOptions.Manifest();
    private static readonly Option<string> Out = CommonOptions.ModelOut();

    public static Command Create()
    {
        var command = new Command(
            "quantize", $"Writes a model that can score in 8 bits too (--precision int8): measures its network on {ModelQuantization.MostFaces} pictures, best of those that it was trained on. Its scores in 32 bits stay as they are.")
        {
            Model, Data, Root, Manifest, Out,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var pictures = NamedInputs.OpenPictures(parsed.GetRequiredValue(Data), parsed.GetValue(Root), parsed.GetValue(Manifest)).InSplit("train");
        var target = CommonOptions.OutputFile(parsed, Out);
        using var progress = new ShareDisplay("Measuring");
        var faces = ModelQuantization.Write(parsed.GetRequiredValue(Model), [.. pictures.Select(picture => picture.Path)], target, progress, cancellation);
        progress.Dispose();
        Console.Error.WriteLine($"{target}: measured on {faces:N0} faces; --precision int8 scores with it in 8 bits.");
        return ExitCode.Done;
    }
}
