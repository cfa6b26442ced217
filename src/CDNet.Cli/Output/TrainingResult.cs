using CDNet.MLNet.Data;
using CDNet.MLNet.Torch;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet train</c> gives.</summary>
internal sealed record TrainingResult(
    string Model, long ModelBytes, TrainingReport Report, double? CentresSquaredDistance, IReadOnlyList<SkippedItem> Skipped) : ICommandResult
{
    public object ToJson() => this;

    public void Print()
    {
        var table = new Table().RoundedBorder().AddColumns("Stage", "Epoch", "Loss", "Validation AUC", "Pictures", "Seconds", "");
        foreach (var epoch in Report.Epochs)
        {
            var isKept = epoch == Report.BestStage1 || epoch == Report.BestStage2;
            table.AddRow(
                $"{epoch.Stage}", $"{epoch.Epoch}", double.IsNaN(epoch.Loss) ? "-" : $"{epoch.Loss:F4}", $"{epoch.ValidationAuc:F4}",
                $"{epoch.Rows:N0}", $"{epoch.Seconds:F0}", isKept ? "kept" : "");
        }
        Terminal.Out.Write(table);
        Terminal.Out.WriteLine(
            $"Trained on {Report.TrainingRows:N0} pictures and validated on {Report.ValidationRows:N0} in {ProgressLine.Time(TimeSpan.FromSeconds(Report.Seconds))} "
            + $"({Report.Device}, {Report.Precision}). Left out: {Report.RowsWithoutFace:N0} without a face (or unreadable), {Skipped.Count:N0} lines of the list.");
        if (Caution() is { } caution)
            Terminal.Out.WriteLine(caution);
        Terminal.Problems(Skipped);
        Terminal.Out.WriteLine(
            $"{Model}: {ModelBytes / 1e6:F1} MB. {Report.Network} with {Report.Parameters:N0} parameters, {Report.MultiplyAdds / 1e9:F2} GMAC a face; "
            + (CentresSquaredDistance is { } distance ? $"squared distance of the centres: {distance:F2}." : "decides by its fully connected head."));
    }

    /// <summary>Says it where the epochs of the last stage were in vain; else null.</summary>
    public string? Caution()
    {
        var kept = Report.BestStage2 ?? Report.BestStage1;
        return kept.Epoch == 0 && Report.Epochs.Any(epoch => epoch.Stage == kept.Stage && epoch.Epoch > 0)
            ? $"No epoch of stage {kept.Stage} was better on the validation pictures than what the stage began with: that is what was written. --keep Last writes the last one in any case."
            : null;
    }
}
