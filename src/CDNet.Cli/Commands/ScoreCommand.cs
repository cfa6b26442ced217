using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Video;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet score</c>: a verdict on every face of pictures, and on videos.</summary>
internal static class ScoreCommand
{
    private static readonly Argument<string[]> Paths = new("PATH") { Description = "Pictures, videos, and folders of them.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> Model = CommonOptions.Model();
    private static readonly Option<string> Frames = FramesOption.Create();
    private static readonly Option<string> Csv = new("--csv") { Description = "Write one row a face, for videos a face and frame, to this CSV file." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("score", "Scores every face of pictures and videos: fake, real or noface.") { Paths, Model, Frames, Csv, Json };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new ScoringOptions { Videos = new VideoFrameSource(), Frames = FramesOption.Parse(parsed.GetRequiredValue(Frames)) };
        using var model = NamedInputs.Model(parsed.GetRequiredValue(Model));
        var (files, empty) = Expand(parsed.GetRequiredValue(Paths), [.. PictureReader.Extensions, .. options.Videos.Extensions]);
        var verdicts = Score(model, files, options, cancellation);
        var videos = verdicts.Where(verdict => options.IsVideo(verdict.Path)).GroupBy(verdict => verdict.Path).Select(video => VideoVerdict.Of(model, video)).ToList();
        var result = new ScoringResult([.. verdicts, .. empty], videos);
        if (parsed.GetValue(Csv) is { } file)
            result.WriteCsv(file);
        Terminal.Show(result, parsed.GetValue(Json));
        return result.Failed > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static List<FaceVerdict> Score(CDNetModel model, List<string> files, ScoringOptions options, CancellationToken cancellation)
    {
        var verdicts = new List<FaceVerdict>();
        using var progress = new CountDisplay("Scoring", files.Count);
        var done = 0;
        foreach (var verdict in model.Score(files, options, cancellation))
        {
            if (verdicts.Count > 0 && verdicts[^1].Path != verdict.Path)
                done++;
            verdicts.Add(verdict);
            progress.Report(done);
        }
        return verdicts;
    }

    /// <summary>Files as they are, folders as the pictures and videos below them; a folder without any is reported, not passed over.</summary>
    private static (List<string> Files, List<FaceVerdict> Empty) Expand(IEnumerable<string> paths, IReadOnlyList<string> extensions)
    {
        var (files, empty) = (new List<string>(), new List<FaceVerdict>());
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
                files.Add(path);
            else if (PictureSet.FilesBelow(path, extensions) is { Length: > 0 } found)
                files.AddRange(found);
            else
                empty.Add(FaceVerdict.Failed(path, $"{path}: no pictures and no videos ({string.Join(", ", extensions)}) in this folder."));
        }
        return ([.. files.Distinct()], empty);
    }
}
