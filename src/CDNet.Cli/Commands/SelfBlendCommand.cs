using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Blending;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet data self-blend</c>: fakes made of real pictures alone.</summary>
internal static class SelfBlendCommand
{
    private static readonly SelfBlendingOptions Defaults = new();

    private static readonly Argument<string[]> Folders = new("FOLDER") { Description = "Folders with pictures of real people, searched with all that is below them.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> Out = new("--out") { Description = "The folder to write, new or empty: real/, fake/ and manifest.csv, which --data takes.", Required = true };
    private static readonly Option<int> Quality = CommonOptions.InRange("--jpeg-quality", "Quality of the JPEG files that are written, of real ones and of fakes alike.", Defaults.JpegQuality, 1, 100);
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of everything that is drawn.", DefaultValueFactory = _ => Defaults.Seed };
    private static readonly FaceSearchOptions Search = new();

    public static Command Create()
    {
        var command = new Command("self-blend", "Makes fakes of real pictures alone, to train with: each face laid over itself, moved, with other colours or sharpness. Writes every picture anew beside its fake.")
        {
            Folders, Out, Quality, Seed, Search.Detector, Search.MinConfidence, Search.SecondLook, Search.TileSide,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string[] pictures = [.. parsed.GetRequiredValue(Folders).SelectMany(PictureFolder.Files)];
        var target = parsed.GetRequiredValue(Out);
        var options = new SelfBlendingOptions { Seed = parsed.GetValue(Seed), JpegQuality = parsed.GetValue(Quality), Faces = Search.Parse(parsed).ToOptions() };
        using var progress = new CountDisplay("Blending", pictures.Length);
        var report = SelfBlendedSet.Write(pictures, target, options, progress, cancellation);
        progress.Dispose();
        foreach (var error in report.Failed)
            Console.Error.WriteLine(error);
        Console.Error.WriteLine($"{target}: {report.Pairs:N0} real pictures and a fake of each; {report.WithoutFace.Count:N0} have no face, {report.Failed.Count:N0} cannot be read.");
        return report.Failed.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
