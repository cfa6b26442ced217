using System.Globalization;
using System.Text;
using CDNet.MLNet.Evaluation;

namespace CDNet.Cli.Experiments;

/// <summary>The runs of an experiment as a Markdown table: mean and standard deviation over the seeds.</summary>
internal static class ExperimentTable
{
    private static readonly (string Name, Func<EvaluationReport, double> Value)[] Figures =
    [
        ("frame AUC", report => report.FrameAuc),
        ("video AUC", report => report.VideoAuc),
        ("accuracy", report => report.Accuracy),
        ("EER", report => report.Eer),
        ("avg. precision", report => report.AveragePrecision),
    ];

    /// <summary>The table, with a heading and what it was made from.</summary>
    public static string Markdown(ExperimentFile file, IReadOnlyList<ExperimentRun> runs)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {file.Name}\n\n{file.Description}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Seeds: {string.Join(", ", runs.Select(run => run.Seed).Distinct())}. Mean ± standard deviation over them. Accuracy is taken at the threshold chosen on the validation split.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| cell | seeds | test set | {string.Join(" | ", Figures.Select(figure => figure.Name))} | parameters | GMAC | pictures seen | minutes |\n");
        text.Append(CultureInfo.InvariantCulture, $"|---|---|{string.Concat(Enumerable.Repeat("---|", Figures.Length + 5))}\n");
        foreach (var cell in runs.GroupBy(run => run.Cell))
        {
            foreach (var test in file.Test)
            {
                var reports = cell.Select(run => run.Tests[test.Name]).ToArray();
                var figures = Figures.Select(figure => Spread(reports.Select(figure.Value)));
                text.Append(CultureInfo.InvariantCulture, $"| {cell.Key} | {reports.Length} | {test.Name} | {string.Join(" | ", figures)} | {cell.First().Parameters:N0} | {cell.First().MultiplyAdds / 1e9:F2} | ");
                text.Append(CultureInfo.InvariantCulture, $"{cell.Average(run => run.RowsSeen):N0} | {cell.Average(run => run.TrainingSeconds) / 60:F1} |\n");
            }
        }
        return text.ToString();
    }

    /// <summary>Mean and sample standard deviation; the mean alone of one value.</summary>
    internal static string Spread(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var mean = all.Average();
        if (all.Length == 1)
            return mean.ToString("F4", CultureInfo.InvariantCulture);
        var deviation = Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1));
        return string.Create(CultureInfo.InvariantCulture, $"{mean:F4} ± {deviation:F4}");
    }
}
