using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet models measure-parts</c>: what faces look like to a model on the average, for the evidence by part.</summary>
internal static class MeasurePartsCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model zip." };
    private static readonly Option<string> Data = CommonOptions.Data();
    private static readonly Option<string> Root = CommonOptions.Root();
    private static readonly Option<string> Manifest = CommonOptions.Manifest();
    private static readonly Option<string> Split = new("--split") { Description = "The split to measure, where the data has splits; best the one that the model was trained on.", DefaultValueFactory = _ => "train" };
    private static readonly Option<int> Limit = CommonOptions.InRange("--limit", "Most pictures, whole sources drawn by the seed; 0 for all.", 2000, 0, int.MaxValue);
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of the draw.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Out = CommonOptions.ModelOut();

    public static Command Create()
    {
        var command = new Command("measure-parts", "Writes a model that knows what its training pictures look like on the average and how they scatter, so that reports can say what a part contributes and, once it is calibrated, which faces are unlike those. Its scores stay as they are.")
        {
            Model, Data, Root, Manifest, Split, Limit, Seed, Out,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var set = NamedInputs.OpenPictures(parsed.GetRequiredValue(Data), parsed.GetValue(Root), parsed.GetValue(Manifest));
        var pictures = SourceDraw.Of(set.InSplit(parsed.GetRequiredValue(Split)), picture => picture.SourceVideo, parsed.GetValue(Limit), parsed.GetValue(Seed));
        var target = CommonOptions.OutputFile(parsed, Out);
        using var progress = new CountDisplay("Measuring", pictures.Count);
        var (real, fake) = PartMeansWriter.Write(
            parsed.GetRequiredValue(Model), pictures.Select(picture => (picture.Path, picture.IsFake)), target, progress, cancellation);
        progress.Dispose();
        Console.Error.WriteLine($"{target}: the means of {real:N0} real and {fake:N0} fake faces, and how they scatter. Calibrate it (cdnet calibrate), and it tells which faces are unlike those.");
        return ExitCode.Done;
    }
}
