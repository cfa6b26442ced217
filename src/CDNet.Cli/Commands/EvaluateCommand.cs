using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
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

    public static Command Create()
    {
        var command = new Command("evaluate", "Evaluates a model: frame and video AUC, accuracy, EER, average precision.") { Model, Data, Root, Manifest, Split, Json, Charts };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var model = CDNetModel.Load(parsed.GetRequiredValue(Model));
        var verdicts = LabeledVerdicts.Of(
            model, parsed.GetRequiredValue(Data), parsed.GetValue(Root), parsed.GetValue(Manifest), parsed.GetRequiredValue(Split), cancellation);
        var sheet = new ScoreSheet();
        var result = new EvaluationResult(EvaluationReport.Of(sheet.Note(verdicts.Read())), verdicts.Failures);
        if (parsed.GetValue(Charts) is { } folder)
            ScoreCharts.Draw(folder, sheet.Scores, sheet.Probabilities, sheet.Labels, model.Calibration?.Threshold ?? 0);
        var isJson = parsed.GetResult(Json) is not null;
        if (isJson && parsed.GetValue(Json) is { } file)
            Terminal.JsonFile(file, result.ToJson());
        if (isJson && parsed.GetValue(Json) is null)
            Terminal.Json(result.ToJson());
        else
            result.Print();
        return result.Failures.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
