using CDNet.MLNet.Data;
using CDNet.MLNet.Evaluation;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet evaluate</c> gives.</summary>
internal sealed record EvaluationResult(EvaluationReport Report, IReadOnlyList<SkippedItem> Failures) : ICommandResult
{
    public object ToJson() => new
    {
        Report.FrameAuc,
        Report.VideoAuc,
        Report.Accuracy,
        Report.Eer,
        Report.AveragePrecision,
        Report.Rows,
        Report.Scored,
        Report.Videos,
        Report.NoFace,
        Report.Unfamiliar,
        Report.Failed,
        Failures,
    };

    public void Print()
    {
        var table = new Table().RoundedBorder().AddColumns("Figure", "Value");
        table.AddRow("Frame AUC", $"{Report.FrameAuc:F4}");
        table.AddRow("Video AUC", $"{Report.VideoAuc:F4} ({Report.Videos:N0} videos)");
        table.AddRow("Accuracy", $"{Report.Accuracy:F4}");
        table.AddRow("Equal error rate", $"{Report.Eer:F4}");
        table.AddRow("Average precision", $"{Report.AveragePrecision:F4}");
        table.AddRow("Pictures", $"{Report.Rows:N0}: {Report.Scored:N0} scored, {Report.NoFace:N0} without a face, {Report.Failed:N0} failed");
        if (Report.Unfamiliar is { } unfamiliar)
            table.AddRow("Unlike the faces it was calibrated on", $"{unfamiliar:N0} of {Report.Scored:N0} ({(double)unfamiliar / Report.Scored:P1})");
        Terminal.Out.Write(table);
        Terminal.Problems(Failures);
    }
}
