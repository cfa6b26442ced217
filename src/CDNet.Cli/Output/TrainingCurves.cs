using CDNet.MLNet.Torch;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace CDNet.Cli.Output;

/// <summary>Draws training loss and validation AUC over the steps of both stages.</summary>
internal static class TrainingCurves
{
    /// <summary>The name of the picture.</summary>
    public const string FileName = "curves.png";

    private const string LossAxis = "loss";
    private const string AucAxis = "auc";
    private const int Width = 1000;
    private const int Height = 700;

    /// <summary>Draws the metrics of a folder into the same folder; nothing where it has none.</summary>
    public static void Draw(string folder)
    {
        var source = Path.Combine(folder, TrainingMetric.FileName);
        if (!File.Exists(source))
            return;
        PlotFile.Save(Plot(TrainingMetric.Read(source)), Path.Combine(folder, FileName), Width, Height);
    }

    private static PlotModel Plot(IReadOnlyList<TrainingMetric> metrics)
    {
        var plot = new PlotModel { Background = OxyColors.White };
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "Step (stage 2 behind stage 1)", Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        // The loss below, the AUC above.
        plot.Axes.Add(Axis(LossAxis, "Training loss", 0, 0.48));
        plot.Axes.Add(Axis(AucAxis, "Validation AUC", 0.52, 1));
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.RightTop, LegendPlacement = LegendPlacement.Outside });

        var ofStage1 = metrics.Where(metric => metric.Stage == 1).Select(metric => metric.Step).DefaultIfEmpty().Max();
        foreach (var (stage, color) in new[] { (1, OxyColors.SteelBlue), (2, OxyColors.DarkOrange) })
        {
            var steps = metrics.Where(metric => metric.Stage == stage && metric.Kind == TrainingMetric.Steps);
            var epochs = metrics.Where(metric => metric.Stage == stage && metric.Kind == TrainingMetric.EndOfEpoch).ToArray();
            DataPoint At(TrainingMetric metric, double y) => new(metric.Step + (stage == 2 ? ofStage1 : 0), y);
            Add(plot, $"Loss, stage {stage}, steps", LossAxis, OxyColor.FromAColor(110, color), MarkerType.None, steps.Select(metric => At(metric, metric.Loss)));
            Add(plot, $"Loss, stage {stage}, epoch", LossAxis, color, MarkerType.Circle, epochs.Select(metric => At(metric, metric.Loss)));
            Add(plot, $"AUC, stage {stage}", AucAxis, color, MarkerType.Circle, epochs.Select(metric => At(metric, metric.ValidationAuc ?? double.NaN)));
        }
        return plot;
    }

    private static LinearAxis Axis(string key, string title, double start, double end) => new()
    {
        Key = key, Title = title, Position = AxisPosition.Left, StartPosition = start, EndPosition = end, MajorGridlineStyle = LineStyle.Dot,
    };

    private static void Add(PlotModel plot, string title, string axis, OxyColor color, MarkerType marker, IEnumerable<DataPoint> points)
    {
        // Epoch 0 has no loss.
        var known = points.Where(point => double.IsFinite(point.Y)).ToArray();
        if (known.Length == 0)
            return;
        var line = new LineSeries { Title = title, YAxisKey = axis, Color = color, MarkerType = marker, MarkerSize = 4, MarkerFill = color };
        line.Points.AddRange(known);
        plot.Series.Add(line);
    }
}
