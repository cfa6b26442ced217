using System.Diagnostics;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Shares a time budget between the stages, from the speeds that were measured.</summary>
/// <param name="options">The budget, and the epochs by which the stages share it.</param>
/// <param name="spent">Time since the fit began; of a resumed one without the time that it lay still.</param>
internal sealed class TrainingClock(SamFeatureOptions options, TimeSpan spent)
{
    // Until a pass without gradient has been timed: it takes about a third of a training step.
    private const double ForwardSpeedup = 3;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private double _forwardRowsPerSecond;

    /// <summary>Time since the fit began.</summary>
    public TimeSpan Elapsed => spent + _watch.Elapsed;

    /// <summary>Notes the speed of a pass without gradient.</summary>
    public void NoteForward(long rows, TimeSpan time) => _forwardRowsPerSecond = rows / Math.Max(time.TotalSeconds, 1e-3);

    /// <summary>When a stage must stop stepping so that all that follows it still fits.</summary>
    /// <param name="stage">1 or 2.</param>
    /// <param name="start">When the stage began.</param>
    /// <param name="rowsPerSecond">Speed of its steps so far.</param>
    /// <param name="closingRows">Rows without gradient that end the stage: batch norms and validation.</param>
    /// <param name="betweenRows">Rows without gradient between the stages: the centres and their validation; 0 in stage 2.</param>
    /// <returns>Time since the fit began, or null without a budget.</returns>
    public TimeSpan? Deadline(int stage, TimeSpan start, double rowsPerSecond, long closingRows, long betweenRows)
    {
        if (options.TimeBudget is not { } total)
            return null;
        var forward = _forwardRowsPerSecond > 0 ? _forwardRowsPerSecond : rowsPerSecond * ForwardSpeedup;
        if (!(forward > 0))
            return total;
        var closing = TimeSpan.FromSeconds(closingRows / forward);
        if (stage == 2)
            return total - closing;
        var between = TimeSpan.FromSeconds(betweenRows / forward);
        var forSteps = total - start - closing - between - (betweenRows > 0 ? closing : TimeSpan.Zero);
        return start + (betweenRows > 0 ? (double)options.EpochsStage1 / (options.EpochsStage1 + options.EpochsStage2) : 1) * forSteps;
    }
}
