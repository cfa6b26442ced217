using System.CommandLine;
using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet evaluate</c>: figures of a model on pictures whose truth is known.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> Model = CommonOptions.Model();
    private static readonly Option<string> Data = CommonOptions.Data();
    private static readonly Option<string> Root = CommonOptions.Root();
    private static readonly Option<string> Manifest = CommonOptions.Manifest();
    private static readonly Option<string> Split = new("--split") { Description = "The split to evaluate, where the data has splits.", DefaultValueFactory = _ => "test" };
    private static readonly Option<string> Json = new("--json")
    {
        Description = "Write the figures as JSON to a file, or to standard output where no file is named.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("evaluate", "Evaluates a model: frame and video AUC, accuracy, EER, average precision.") { Model, Data, Root, Manifest, Split, Json };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var model = CDNetModel.Load(parsed.GetRequiredValue(Model));
        var data = parsed.GetRequiredValue(Data);
        var result = PreparedSet.IsIn(data)
            ? OfPrepared(model, PreparedSet.Open(data, isThorough: true), parsed.GetRequiredValue(Split), cancellation)
            : OfPictures(model, CommonOptions.OpenPictures(data, parsed.GetValue(Root), parsed.GetValue(Manifest)), parsed.GetRequiredValue(Split), cancellation);
        var isJson = parsed.GetResult(Json) is not null;
        if (isJson && parsed.GetValue(Json) is { } file)
            Terminal.JsonFile(file, result.ToJson());
        if (isJson && parsed.GetValue(Json) is null)
            Terminal.Json(result.ToJson());
        else
            result.Print();
        return result.Failures.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static EvaluationResult OfPictures(CDNetModel model, PictureSet set, string split, CancellationToken cancellation)
    {
        var pictures = set.InSplit(split);
        // Faces of one picture follow each other by falling confidence; the first one speaks for it.
        var verdicts = model.Score(pictures.Select(picture => picture.Path), cancellation).Where(verdict => verdict.Face == 0).Select((verdict, index) => (pictures[index], verdict));
        return Evaluate(verdicts, pictures.Count, set.Skipped);
    }

    private static EvaluationResult OfPrepared(CDNetModel model, PreparedSet set, string split, CancellationToken cancellation)
        => Evaluate(model.Score(set, set.SplitNames.Count > 0 ? split : null, cancellation), set.RowsOf(split), set.Damaged);

    private static EvaluationResult Evaluate(IEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> verdicts, long count, IEnumerable<SkippedItem> skipped)
    {
        var failures = new List<SkippedItem>(skipped);
        using var progress = new CountDisplay("Scoring", count);
        return new EvaluationResult(EvaluationReport.Of(Watched()), failures);

        IEnumerable<(LabeledPicture, FaceVerdict)> Watched()
        {
            var done = 0L;
            foreach (var (picture, verdict) in verdicts)
            {
                if (verdict.Error is { } error)
                    failures.Add(new SkippedItem(picture.Path, error));
                progress.Report(++done);
                yield return (picture, verdict);
            }
        }
    }
}
