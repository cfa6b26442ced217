using CDNet.MLNet.Calibration;
using CDNet.MLNet.Data;
using CDNet.MLNet.Metrics;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet calibrate</c> gives: the calibration, and what it does on the pictures that it comes from.</summary>
/// <param name="Path">The model that was written.</param>
/// <param name="Calibration">Slope, offset, threshold.</param>
/// <param name="Scores">Scores of the pictures.</param>
/// <param name="Before">Their probabilities before.</param>
/// <param name="Labels">True for fake.</param>
/// <param name="Failures">What could not be scored.</param>
internal sealed record CalibrationResult(
    string Path, ScoreCalibration Calibration, IReadOnlyList<float> Scores, IReadOnlyList<float> Before, IReadOnlyList<bool> Labels, IReadOnlyList<SkippedItem> Failures) : ICommandResult
{
    private double ErrorBefore => Reliability.ExpectedCalibrationError(Before, Labels);

    private double ErrorAfter => Reliability.ExpectedCalibrationError([.. Scores.Select(Calibration.Probability)], Labels);

    private (double FalseAlarms, double Hits) CalledFake => RankingMetrics.CalledFake(Scores, Labels, Calibration.Threshold);

    public object ToJson() => new
    {
        Path,
        Calibration.Slope,
        Calibration.Offset,
        Calibration.Threshold,
        Pictures = Scores.Count,
        CalledFake.FalseAlarms,
        CalledFake.Hits,
        CalibrationErrorBefore = ErrorBefore,
        CalibrationErrorAfter = ErrorAfter,
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
        table.AddRow("Pictures", $"{Scores.Count:N0} scored");
        Terminal.Out.Write(table);
        Terminal.Problems(Failures);
    }
}
