using CDNet.MLNet.Torch.Training.Checkpoints;

namespace CDNet.MLNet.Torch.Training;

/// <summary>How far a stage has come, in steps and in time.</summary>
/// <param name="state">The training's position.</param>
/// <param name="plannedSteps">Steps of all the stage's epochs.</param>
internal sealed class StageRun(TrainingState state, long plannedSteps)
{
    private const double WarmupShare = 0.01;
    private const int WarmupSteps = 20;

    // Steps before the speed is believed.
    private const int WarmSteps = 5;

    private TimeSpan _afterFirst;
    private long _stepsHere;
    private long _rowsAfterFirst;

    public TimeSpan Start { get; } = TimeSpan.FromSeconds(state.StageStart);

    /// <summary>When it must stop stepping; null without a budget.</summary>
    public TimeSpan? Deadline { get; set; }

    /// <summary>Whether enough steps were timed to plan with.</summary>
    public bool IsWarm => _stepsHere >= WarmSteps;

    /// <summary>Notes a step of this process.</summary>
    public void Note(int rows, TimeSpan now)
    {
        // The first step also plans and allocates; it would make the others look slow.
        if (_stepsHere++ == 0)
            _afterFirst = now;
        else
            _rowsAfterFirst += rows;
    }

    public double RowsPerSecond(TimeSpan now) => _rowsAfterFirst / Math.Max((now - _afterFirst).TotalSeconds, 1e-3);

    /// <summary>Done of the stage, 0 to 1: by steps or by time, whichever ends it.</summary>
    public double Share(TimeSpan now)
    {
        var bySteps = (double)state.StageSteps / plannedSteps;
        var byTime = Deadline is { } end && end > Start ? (now - Start) / (end - Start) : 0;
        return Math.Clamp(Math.Max(bySteps, byTime), 0, 1);
    }

    /// <summary>The factor of the learning rate: linearly up from 0, then down to 0 along a cosine.</summary>
    public double WarmupCosine(TimeSpan now)
    {
        var warmup = (state.StageSteps + 1) / Math.Max(WarmupSteps, WarmupShare * plannedSteps);
        return LearningRate.WarmupCosine(warmup, Share(now));
    }
}
