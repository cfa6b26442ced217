using System.CommandLine;
using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet score</c>: a verdict on every face of pictures and folders.</summary>
internal static class ScoreCommand
{
    private static readonly Argument<string[]> Paths = new("PATH") { Description = "Pictures and folders of pictures.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> Model = CommonOptions.Model();
    private static readonly Option<string> Csv = new("--csv") { Description = "Write one row a face to this CSV file." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("score", "Scores every face of pictures: fake, real or noface.") { Paths, Model, Csv, Json };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var model = CDNetModel.Load(parsed.GetRequiredValue(Model));
        var (files, empty) = Expand(parsed.GetRequiredValue(Paths));
        var verdicts = new List<FaceVerdict>();
        using (var progress = new CountDisplay("Scoring", files.Count))
        {
            var pictures = 0;
            foreach (var verdict in model.Score(files, cancellation))
            {
                verdicts.Add(verdict);
                pictures += verdict.Face == 0 ? 1 : 0;
                progress.Report(pictures);
            }
        }
        verdicts.AddRange(empty);
        var result = new ScoringResult(verdicts);
        if (parsed.GetValue(Csv) is { } file)
            result.WriteCsv(file);
        if (parsed.GetValue(Json))
            Terminal.Json(result.ToJson());
        else
            result.Print();
        return result.Failed > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    /// <summary>Files as they are, folders as the pictures below them; a folder without pictures is reported, not passed over.</summary>
    private static (List<string> Files, List<FaceVerdict> Empty) Expand(IEnumerable<string> paths)
    {
        var (files, empty) = (new List<string>(), new List<FaceVerdict>());
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
                files.Add(path);
            else if (PictureSet.FilesBelow(path) is { Count: > 0 } found)
                files.AddRange(found);
            else
                empty.Add(FaceVerdict.Failed(path, $"{path}: no pictures ({string.Join(", ", PictureReader.Extensions)}) in this folder."));
        }
        return (files, empty);
    }
}
