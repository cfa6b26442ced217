using System.Globalization;
using CDNet.MLNet.Metrics;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace CDNet.Cli.Output;

/// <summary>Draws how well scores separate fakes from reals, and how far probabilities can be taken at their word.</summary>
internal static class ScoreCharts
{
    /// <summary>Name of the picture of the ROC curve.</summary>
    public const string RocFile = "roc.png";

    /// <summary>Name of the picture of the reliability diagram.</summary>
    public const string ReliabilityFile = "reliability.png";

    private const int Side = 700;

    /// <summary>Draws both pictures into a folder, which is made where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="scores">Scores.</param>
    /// <param name="probabilities">Probabilities of fake.</param>
    /// <param name="labels">True for fake.</param>
    /// <param name="threshold">The threshold to mark on the ROC curve.</param>
    public static void Draw(string folder, IReadOnlyList<float> scores, IReadOnlyList<float> probabilities, IReadOnlyList<bool> labels, float threshold)
    {
        Directory.CreateDirectory(folder);
        PlotFile.Save(Roc(scores, labels, threshold), Path.Combine(folder, RocFile), Side, Side);
        PlotFile.Save(ReliabilityDiagram(probabilities, labels), Path.Combine(folder, ReliabilityFile), Side, Side);
    }

    private static PlotModel Roc(IReadOnlyList<float> scores, IReadOnlyList<bool> labels, float threshold)
    {
        var plot = Square(
            string.Create(CultureInfo.InvariantCulture, $"ROC: {scores.Count:N0} pictures, AUC {RankingMetrics.Auc(scores, labels):F4}"),
            "Share of the real pictures called fake (false alarms)",
            "Share of the fake pictures called fake");
        var curve = new LineSeries { Title = "ROC", Color = OxyColors.SteelBlue };
        curve.Points.AddRange(RankingMetrics.RocCurve(scores, labels).Select(point => new DataPoint(point.FalseAlarms, point.Hits)));
        plot.Series.Add(curve);

        var (alarms, hits) = RankingMetrics.CalledFake(scores, labels, threshold);
        var mark = new ScatterSeries
        {
            Title = string.Create(CultureInfo.InvariantCulture, $"Threshold {threshold:F2}: {alarms:P1} false alarms, {hits:P1} found"),
            MarkerType = MarkerType.Circle, MarkerSize = 6, MarkerFill = OxyColors.DarkOrange,
        };
        mark.Points.Add(new ScatterPoint(alarms, hits));
        plot.Series.Add(mark);
        return plot;
    }

    private static PlotModel ReliabilityDiagram(IReadOnlyList<float> probabilities, IReadOnlyList<bool> labels)
    {
        var plot = Square(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Reliability: {labels.Count:N0} pictures, expected calibration error {Reliability.ExpectedCalibrationError(probabilities, labels):F3}"),
            "Probability of fake that the model gives (mean of a range of 0.1)",
            "Share of fakes among them");
        var bins = Reliability.Bins(probabilities, labels);
        var line = new LineSeries { Title = "Model (with the number of pictures)", Color = OxyColors.SteelBlue, MarkerType = MarkerType.Circle, MarkerSize = 5, MarkerFill = OxyColors.SteelBlue };
        line.Points.AddRange(bins.Select(bin => new DataPoint(bin.MeanProbability, bin.FakeShare)));
        plot.Series.Add(line);
        foreach (var bin in bins)
        {
            plot.Annotations.Add(new TextAnnotation
            {
                Text = bin.Count.ToString("N0", CultureInfo.InvariantCulture), TextPosition = new DataPoint(bin.MeanProbability, bin.FakeShare),
                Offset = new ScreenVector(0, -8), Stroke = OxyColors.Transparent,
            });
        }
        return plot;
    }

    private static PlotModel Square(string title, string across, string up)
    {
        var plot = new PlotModel { Title = title, TitleFontSize = 14, Background = OxyColors.White, PlotType = PlotType.Cartesian };
        plot.Axes.Add(Unit(AxisPosition.Bottom, across));
        plot.Axes.Add(Unit(AxisPosition.Left, up));
        plot.Annotations.Add(new LineAnnotation { Slope = 1, Intercept = 0, Color = OxyColors.Gray });
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.BottomRight });
        return plot;
    }

    private static LinearAxis Unit(AxisPosition position, string title) => new()
    {
        Position = position, Title = title, Minimum = 0, Maximum = 1, MajorStep = 0.2, MajorGridlineStyle = LineStyle.Dot,
    };
}
