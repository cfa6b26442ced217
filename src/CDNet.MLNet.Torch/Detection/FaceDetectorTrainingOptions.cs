using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>How far the training of a detector has come.</summary>
/// <param name="IsLabeling">Whether the reference detector still looks at the pictures.</param>
/// <param name="Done">Pictures labelled, or scenes trained on.</param>
/// <param name="Total">Of so many.</param>
/// <param name="Loss">Mean loss of the last steps; NaN while labelling.</param>
/// <param name="PerSecond">Pictures or scenes a second.</param>
/// <param name="TimeLeft">Estimated time to the end; null where it is not known.</param>
public sealed record DetectorTrainingProgress(bool IsLabeling, long Done, long Total, double Loss, double PerSecond, TimeSpan? TimeLeft);

/// <summary>How a face detector, or its network for key points, is trained.</summary>
public sealed record FaceDetectorTrainingOptions
{
    /// <summary>Scenes, or windows about a face, that are drawn and trained on, at least 1. Default: 400,000.</summary>
    public long Scenes { get; init; } = 400_000;

    /// <summary>Scenes of one step, at least 2. Default: 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Adam's highest learning rate, above 0; it rises over the first hundredth and falls to 0 along a cosine. Default: 0.002.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Time for the steps; they end early to keep to it. Default: none.</summary>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>Seed of weights and scenes. On one machine the same seed gives the same bits, unless a time budget ends the training. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Least confidence of the reference detector that makes a label, 0 to 1. Default: 0.75.</summary>
    public float MinConfidence { get; init; } = 0.75f;

    /// <summary>
    /// File for the checkpoint of a training, from which a killed one can go on once the pictures are labelled again; it goes when the training has ended. Default: none, and nothing is kept.
    /// </summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Time from one checkpoint to the next, above 0. Default: 5 minutes.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether to go on from the checkpoint at <see cref="CheckpointPath"/>; where there is none, the training begins anew. The outcome is that of an uninterrupted one to the last bit, unless a time budget ends
    /// the steps. Default: false; then a checkpoint that lies there is an error instead of being overwritten.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Told about every step. Default: none.</summary>
    public IProgress<DetectorTrainingProgress>? Progress { get; init; }

    /// <summary>Ends the training with an <see cref="OperationCanceledException"/> within one step. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Scenes, 1);
        Check.Range(BatchSize, 2, 65_536, nameof(BatchSize));
        Check.Positive(LearningRate, nameof(LearningRate));
        Check.Range(MinConfidence, 0, 1, nameof(MinConfidence));
        if (TimeBudget is { } budget)
            Check.Positive(budget.TotalSeconds, nameof(TimeBudget));
        Check.Positive(CheckpointInterval.TotalSeconds, nameof(CheckpointInterval));
        if (Resume && string.IsNullOrWhiteSpace(CheckpointPath))
            throw new ArgumentException($"{nameof(Resume)} is set, but {nameof(CheckpointPath)} names no file.", nameof(CheckpointPath));
    }
}
