using CDNet.MLNet.Torch.Training.Checkpoints;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Gathers the loss of some steps into a line of the metrics.</summary>
internal sealed class StepMetrics(TrainingState state, TrainingClock clock)
{
    private const int StepsPerLine = 20;

    private double _lossSum;
    private int _steps;
    private long _rows = state.StageRows;
    private TimeSpan _start = clock.Elapsed;

    /// <summary>Notes a step that the state already counts.</summary>
    /// <returns>A line every 20 steps, else null.</returns>
    public TrainingMetric? Next(double loss, double learningRate)
    {
        _lossSum += loss;
        if (++_steps < StepsPerLine)
            return null;
        var now = clock.Elapsed;
        var metric = new TrainingMetric(
            TrainingMetric.Steps, state.Stage, state.Epoch, state.StageSteps, _lossSum / _steps, null, learningRate,
            (state.StageRows - _rows) / Math.Max((now - _start).TotalSeconds, 1e-3), now.TotalSeconds);
        (_lossSum, _steps, _rows, _start) = (0, 0, state.StageRows, now);
        return metric;
    }
}
