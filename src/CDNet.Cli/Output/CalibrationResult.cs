using CDNet.Cli.Inputs;
using CDNet.MLNet.Calibration;
using CDNet.MLNet.Data;
using CDNet.MLNet.Metrics;
using CDNet.MLNet.Scoring;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet calibrate</c> gives: the calibration, and what it does on the pictures that it comes from.</summary>
/// <param name="Path">The model that was written.</param>
/// <param name="Calibration">Slope, offset, threshold.</param>
/// <param name="Sheet">The pictures' scores, labels, and probabilities before.</param>
/// <param name="KnewOthers">Whether the model told faces unlike those of a calibration before.</param>
/// <param name="Failures">What could not be scored.</param>
internal sealed record CalibrationResult(string Path, ScoreCalibration Calibration, ScoreSheet Sheet, bool KnewOthers, IReadOnlyList<SkippedItem> Failures) : ICommandResult
{
    private double ErrorBefore => Reliability.ExpectedCalibrationError(Sheet.Probabilities, Sheet.Labels);

    private double ErrorAfter => Reliability.ExpectedCalibrationError([.. Sheet.Scores.Select(Calibration.Probability)], Sheet.Labels);

    private (double FalseAlarms, double Hits) CalledFake => RankingMetrics.CalledFake(Sheet.Scores, Sheet.Labels, Calibration.Threshold);

    private int Measured => Sheet.Distances.Count(float.IsFinite);

    private bool TellsFamiliarity => Measured >= FamiliarityScale.LeastFaces;

    private string InWords()
    {
        if (TellsFamiliarity)
            return "yes";
        return Measured == 0
            ? "no: the model does not know how its training faces scatter (cdnet models measure-parts)"
            : $"no: that takes {FamiliarityScale.LeastFaces} faces, here are {Measured}{(KnewOthers ? "; it goes by those of the calibration before" : "")}";
    }

    public object ToJson() => new
    {
        Path,
        Calibration.Slope,
        Calibration.Offset,
        Calibration.Threshold,
        Pictures = Sheet.Scores.Count,
        CalledFake.FalseAlarms,
        CalledFake.Hits,
        CalibrationErrorBefore = ErrorBefore,
        CalibrationErrorAfter = ErrorAfter,
        TellsFamiliarity,
        Failures,
    };

    public void Print()
    {
        var table = new Table().RoundedBorder().AddColumns("Figure", "Value");
        table.AddRow("Model", Markup.Escape(Path));
        table.AddRow("Probability of fake", $"1 / (1 + exp(-({Calibration.Slope:G4} * score + {Calibration.Offset:G4})))");
        table.AddRow("Threshold of the score", $"{Calibration.Threshold:G5} (probability {Calibration.Probability(Calibration.Threshold):F3})");
        table.AddRow("Real pictures called fake", $"{CalledFake.FalseAlarms:P1}");
        table.AddRow("Fake pictures called fake", $"{CalledFake.Hits:P1}");
        table.AddRow("Expected calibration error", $"{ErrorBefore:F3} before, {ErrorAfter:F3} now");
        table.AddRow("Tells faces unlike these", InWords());
        table.AddRow("Pictures", $"{Sheet.Scores.Count:N0} scored");
        Terminal.Out.Write(table);
        Terminal.Problems(Failures);
    }
}
