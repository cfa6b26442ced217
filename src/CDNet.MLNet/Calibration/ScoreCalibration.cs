using CDNet.MLNet.Metrics;
using Microsoft.ML;
using Microsoft.ML.Calibrators;

namespace CDNet.MLNet.Calibration;

/// <summary>How a score becomes a probability and a verdict, learnt from pictures whose truth is known.</summary>
/// <param name="Slope">Factor of the score in the log-odds of fake; above 0 where the score ranks better than chance.</param>
/// <param name="Offset">Log-odds of fake at score 0.</param>
/// <param name="Threshold">Score above which a face is called fake.</param>
public sealed record ScoreCalibration(float Slope, float Offset, float Threshold)
{
    // Below it, what is fitted to a class is chance.
    private const int LeastRowsOfClass = 10;

    /// <summary>Platt scaling of scores, and a threshold for a wanted share of false alarms.</summary>
    /// <param name="scores">Scores of pictures that the model was not trained on, none of them NaN.</param>
    /// <param name="labels">True for fake, one for each score.</param>
    /// <param name="maxFalseAlarms">Largest share of the real pictures that may be called fake, 0 to 1; it sets the threshold. Null: called fake is what is more probably fake than real.</param>
    /// <exception cref="ArgumentException">The lengths differ or a score is NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxFalseAlarms"/> is not 0 to 1.</exception>
    /// <exception cref="InvalidOperationException">A class has fewer than 10 pictures.</exception>
    public static ScoreCalibration Fit(IReadOnlyList<float> scores, IReadOnlyList<bool> labels, double? maxFalseAlarms = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        float? strict = maxFalseAlarms is { } share ? RankingMetrics.ThresholdForFalseAlarms(scores, labels, share) : null;
        var fakes = labels.Count(label => label);
        if (Math.Min(fakes, labels.Count - fakes) < LeastRowsOfClass)
        {
            throw new InvalidOperationException(
                $"{fakes} fake and {labels.Count - fakes} real pictures have a score; a calibration needs {LeastRowsOfClass} of both at least.");
        }
        var context = new MLContext();
        var rows = context.Data.LoadFromEnumerable(scores.Zip(labels, static (score, label) => new Row { Score = score, Label = label }));
        IPredictionTransformer<PlattCalibrator> fitted = context.BinaryClassification.Calibrators.Platt().Fit(rows);
        var platt = fitted.Model;
        // ML.NET's calibrator is 1 / (1 + exp(slope * score + offset)).
        var (slope, offset) = (-platt.Slope, -platt.Offset);
        // Scores that rank no better than chance have no such place; then Eq. 5 stands.
        var even = slope > 0 ? (float)(-offset / slope) : 0;
        return new ScoreCalibration((float)slope, (float)offset, strict ?? even);
    }

    /// <summary>Probability of fake, 0 to 1; NaN for NaN.</summary>
    /// <param name="score">The score.</param>
    public float Probability(float score) => (float)(1 / (1 + Math.Exp(-(Slope * (double)score + Offset))));

    /// <summary>Whether the face is called fake; false for NaN.</summary>
    /// <param name="score">The score.</param>
    public bool IsFake(float score) => score > Threshold;

    private sealed class Row
    {
        public float Score { get; set; }

        public bool Label { get; set; }
    }
}
