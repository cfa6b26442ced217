using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Calibration;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet calibrate</c>: probabilities and a threshold from pictures that the model was not trained on.</summary>
internal static class CalibrateCommand
{
    private static readonly Option<string> Model = CommonOptions.Model();
    private static readonly Option<string> Data = CommonOptions.Data();
    private static readonly Option<string> Root = CommonOptions.Root();
    private static readonly Option<string> Manifest = CommonOptions.Manifest();
    private static readonly Option<string> Split = new("--split") { Description = "The split to calibrate on, where the data has splits. Not the one to report on.", DefaultValueFactory = _ => "val" };
    private static readonly Option<string> Out = CommonOptions.ModelOut();
    private static readonly Option<double?> MaxFalseAlarms = new("--max-false-alarms")
    {
        Description = "Largest share of the real pictures that may be called fake, for example 0.05; it sets the threshold. Default: called fake is what is more probably fake than real.",
    };

    private static readonly Option<string?> Charts = CommonOptions.Charts();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("calibrate", "Gives a model probabilities that can be taken at their word, a threshold for a wanted share of false alarms, and a sense for faces that are unlike those.")
        {
            Model, Data, Root, Manifest, Split, Out, MaxFalseAlarms, Charts, Json,
        };
        MaxFalseAlarms.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.GetValueOrDefault<double?>() is { } share && !(share is >= 0 and <= 1))
                result.AddError($"--max-false-alarms is {share}; expected 0 to 1.");
        });
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var model = NamedInputs.Model(parsed.GetRequiredValue(Model));
        var verdicts = LabeledVerdicts.Of(
            model, parsed.GetRequiredValue(Data), parsed.GetValue(Root), parsed.GetValue(Manifest), parsed.GetRequiredValue(Split), new BatchScoringOptions(), cancellation);
        var sheet = ScoreSheet.Of(verdicts.Read());
        var calibration = ScoreCalibration.Fit(sheet.Scores, sheet.Labels, parsed.GetValue(MaxFalseAlarms));
        var target = CommonOptions.OutputFile(parsed, Out);
        model.SaveCalibrated(calibration, target, sheet.Distances);
        if (parsed.GetValue(Charts) is { } folder)
            ScoreCharts.Draw(folder, sheet.Scores, [.. sheet.Scores.Select(calibration.Probability)], sheet.Labels, calibration.Threshold);
        var result = new CalibrationResult(target, calibration, sheet, model.HasFamiliarity, verdicts.Failures);
        Terminal.Show(result, parsed.GetValue(Json));
        return verdicts.Failures.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
