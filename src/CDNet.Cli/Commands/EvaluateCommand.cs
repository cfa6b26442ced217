using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.MLNet.Evaluation;
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

    private static readonly Option<string?> Charts = CommonOptions.Charts();

    private static readonly Option<int> Looks = CommonOptions.Looks();
    private static readonly Option<string> Precision = CommonOptions.Precision();
    private static readonly Option<double> Scale = CommonOptions.InRange("--scale", "Make each picture smaller by this factor first, 0.01 to 1: how does the model bear it?", 1.0, 0.01, 1);
    private static readonly Option<int?> JpegQuality = new("--jpeg-quality") { Description = "Compress each picture to a JPEG of this quality first, 1 to 100. Default: not at all." };

    public static Command Create()
    {
        var command = new Command("evaluate", "Evaluates a model: frame and video AUC, accuracy, EER, average precision.") { Model, Data, Root, Manifest, Split, Looks, Precision, Scale, JpegQuality, Json, Charts };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        NativeAllocator.LimitArenas();
        var options = new BatchScoringOptions { Looks = parsed.GetValue(Looks), Precision = CommonOptions.Precisions[parsed.GetRequiredValue(Precision)], Scoring = new ScoringOptions { Degradation = Degradation(parsed) } };
        using var model = NamedInputs.Model(parsed.GetRequiredValue(Model));
        var verdicts = LabeledVerdicts.Of(
            model, parsed.GetRequiredValue(Data), parsed.GetValue(Root), parsed.GetValue(Manifest), parsed.GetRequiredValue(Split), options, cancellation);
        var sheet = new ScoreSheet();
        var result = new EvaluationResult(EvaluationReport.Of(sheet.Note(verdicts.Read())), verdicts.Failures);
        if (parsed.GetValue(Charts) is { } folder)
            ScoreCharts.Draw(folder, sheet.Scores, sheet.Probabilities, sheet.Labels, model.Threshold);
        var isJson = parsed.GetResult(Json) is not null;
        if (isJson && parsed.GetValue(Json) is { } file)
            Terminal.JsonFile(file, result.ToJson());
        Terminal.Show(result, isJson && parsed.GetValue(Json) is null);
        return result.Failures.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static PictureDegradation? Degradation(ParseResult parsed)
    {
        var wanted = new PictureDegradation { Scale = parsed.GetValue(Scale), JpegQuality = parsed.GetValue(JpegQuality) };
        return wanted == new PictureDegradation() ? null : wanted;
    }
}
