using CDNet.MLNet.Cluster;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Torch.Networks;
using Microsoft.Extensions.Logging;

namespace CDNet.MLNet.Torch;

/// <summary>What convolutions compute in while training. Weights and the optimiser are 32-bit always, and so is scoring.</summary>
public enum TrainingPrecision
{
    /// <summary>bfloat16 on processors with AVX512-BF16, where it is about twice as fast; 32 bits elsewhere.</summary>
    Auto,

    /// <summary>32 bits.</summary>
    Full,

    /// <summary>bfloat16, everywhere.</summary>
    BFloat16,
}

/// <summary>How the learning rate runs over a stage.</summary>
public enum LearningRateSchedule
{
    /// <summary>The same rate in every step, as in the paper.</summary>
    Constant,

    /// <summary>Up from 0 over the first hundredth of the stage or 20 steps, whichever is more, then down to 0 along a cosine.</summary>
    WarmupCosine,
}

/// <summary>What pushes the two centres apart in stage 2.</summary>
public enum CentreGradient
{
    /// <summary>
    /// The squared distance of the centres in Eq. 2 and 3 is averaged with that of the batch's class means, which have a gradient: what the
    /// paper's authors run.
    /// </summary>
    BatchMeans,

    /// <summary>Eq. 2 and 3 to the letter: the centres are constants, and nothing in the loss moves them apart.</summary>
    None,
}

/// <summary>What stage 2 makes small.</summary>
public enum ClusterLossForm
{
    /// <summary>Eq. 2 and 3: how far a face is outside the margin of its class's centre. The paper's.</summary>
    Margin,

    /// <summary>
    /// Cross entropy with the difference of the squared distances to both centres (<see cref="ClusterScoreForm.Difference"/>), over half their squared distance from each other, as the log-odds of fake; the centres stay where
    /// they are. It looks at the one direction that tells the classes apart, where the margin pulls in all.
    /// </summary>
    Logistic,
}

/// <summary>How much a row of each class counts in the losses.</summary>
public enum ClassWeighting
{
    /// <summary>Every row the same.</summary>
    None,

    /// <summary>Inversely to the number of training rows of its class; the mean over all rows is 1.</summary>
    Balanced,
}

/// <summary>Which rows an epoch goes through.</summary>
public enum ClassSampling
{
    /// <summary>Every training row once, in random order.</summary>
    Shuffled,

    /// <summary>As many rows as there are, equally many of both classes: some of the larger class are left out, those of the smaller one come again.</summary>
    Balanced,

    /// <summary>
    /// Every training row once, in random order; a fake and a real row with the same sampling key, that is of the same source, come one after the other and so mostly in one step.
    /// What tells them apart is then the forgery rather than the person. Needs <see cref="SamFeatureOptions.SamplingKeyColumnName"/>.
    /// </summary>
    Paired,
}

/// <summary>Which epoch of a stage is kept.</summary>
public enum KeptEpoch
{
    /// <summary>The one with the highest validation AUC; where none is better than what the stage began with, that. Without validation rows, the last one.</summary>
    Best,

    /// <summary>The last one, whatever its validation AUC: where the validation rows do not have what the training is meant to bring in, or a fit of the last layer follows.</summary>
    Last,
}

/// <summary>What decides on the features.</summary>
public enum DecisionHead
{
    /// <summary>The distances to two centres, after a second stage with the cluster loss: the paper's method.</summary>
    Cluster,

    /// <summary>The fully connected head of stage 1; there is no second stage: what the paper's Table 2 compares with.</summary>
    FullyConnected,
}

/// <summary>How the network is trained. The defaults are the paper's (section 4.1).</summary>
public sealed record SamFeatureOptions
{
    /// <summary>The names that <see cref="Network"/> takes: sam, with 200 features, and xception, with 2,048, which reads the face crop alone.</summary>
    public static IReadOnlyList<string> Networks { get; } = [.. NetworkRegistry.All.Select(entry => entry.Graph.Name)];

    /// <summary>The column of the features that come out. Default: Features.</summary>
    public string FeatureColumnName { get; init; } = FaceColumns.Features;

    /// <summary>The label column, Boolean: true is fake. Needed to fit only. Default: Label.</summary>
    public string LabelColumnName { get; init; } = FaceColumns.Label;

    /// <summary>A column whose equal values stay on one side of the split, such as the source video. Default: none, every row for itself.</summary>
    public string? SamplingKeyColumnName { get; init; }

    /// <summary>A Boolean column that says which rows validate; then <see cref="ValidationFraction"/> is not looked at. Default: none.</summary>
    public string? ValidationColumnName { get; init; }

    /// <summary>The network, by name: one of <see cref="Networks"/>. Default: sam, the selective attention module.</summary>
    public string Network { get; init; } = NetworkRegistry.All[0].Graph.Name;

    /// <summary>What decides on the features. With FullyConnected stage 2 is left out, and <see cref="EpochsStage2"/> is not looked at. Default: Cluster.</summary>
    public DecisionHead Head { get; init; } = DecisionHead.Cluster;

    /// <summary>Share of the rows that validates, 0 to 0.9; with 0 the last epoch is kept. Default: 0.1.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>
    /// Epochs of stage 1, with the fully connected head. 0 leaves it out: stage 2 goes on at once from the centres of <see cref="StartFrom"/>, which such a fit needs. Default: 20.
    /// </summary>
    public int EpochsStage1 { get; init; } = 20;

    /// <summary>Epochs of stage 2, with the cluster loss; 0 leaves it out. Default: 20.</summary>
    public int EpochsStage2 { get; init; } = 20;

    /// <summary>Rows of one step, at least 2. Default: 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Adam's learning rate in stage 1, above 0. Default: 0.0001.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Adam's learning rate in stage 2, above 0. Default: 0.0001.</summary>
    public double LearningRateStage2 { get; init; } = 1e-4;

    /// <summary>
    /// Share of the learning rate that the layer takes which mixes what the network has seen of a face into F, 0 to 1; with 0 it stays as it is. It has 1,920 inputs, and Adam moves the weights of all by the rate, so that a step moves F
    /// far more than the layers before do. Xception has no such layer. Default: 1.
    /// </summary>
    public double ProjectionRate { get; init; } = 1;

    /// <summary>How the learning rate runs over each stage. Default: constant.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>The scaling factor beta of Eq. 2, 0 to 1. Default: 0.4.</summary>
    public double Beta { get; init; } = 0.4;

    /// <summary>The centres' moving rate alpha of Eq. 4, 0 to 1. Default: 0.0001.</summary>
    public double Alpha { get; init; } = 1e-4;

    /// <summary>What stage 2 makes small. <see cref="Beta"/>, <see cref="Alpha"/> and <see cref="CentreGradient"/> belong to the margin. Default: the paper's margin.</summary>
    public ClusterLossForm ClusterLoss { get; init; } = ClusterLossForm.Margin;

    /// <summary>How distances become the scores by which stage 2 is validated: that of the decision to come. Default: the ratio that the paper's authors evaluate.</summary>
    public ClusterScoreForm ScoreForm { get; init; } = ClusterScoreForm.Ratio;

    /// <summary>What pushes the centres apart in stage 2. Default: the batch's class means.</summary>
    public CentreGradient CentreGradient { get; init; } = CentreGradient.BatchMeans;

    /// <summary>How training crops are changed at random. Default: half of them are mirrored, the eyes swapped with them.</summary>
    public AugmentationOptions Augmentation { get; init; } = AugmentationOptions.Flip;

    /// <summary>How the data's amplitudes were made, for crops that the augmentation changes. Its columns are not looked at. Default: as DctAmplitude makes them.</summary>
    public DctAmplitudeOptions AmplitudeOptions { get; init; } = new();

    /// <summary>Whether the classes count alike in the losses however many rows they have. Default: None.</summary>
    public ClassWeighting ClassWeighting { get; init; } = ClassWeighting.None;

    /// <summary>Which rows an epoch goes through. Default: Shuffled, every row once.</summary>
    public ClassSampling Sampling { get; init; } = ClassSampling.Shuffled;

    /// <summary>Batches from which the batch norms' statistics are measured anew before each validation and before the centres, at least 1. Default: 20.</summary>
    public int BatchNormBatches { get; init; } = 20;

    /// <summary>Which epoch of a stage is kept; a training that goes on may choose anew. Default: Best, by the validation rows.</summary>
    public KeptEpoch Keep { get; init; } = KeptEpoch.Best;

    /// <summary>Time for the whole fit; the stages end early to keep to it and share it as their epochs would. Default: none.</summary>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>
    /// A saved model from which the training goes on instead of random weights (fine-tuning): a zip that was saved with the same <see cref="Network"/>, or "default" for the one that comes with the library
    /// (<see cref="Scoring.CDNetModel.DefaultName"/>). The amplitudes stay standardised as in that model. Both stages follow, or stage 2 alone where <see cref="EpochsStage1"/> is 0; rates a third of those of a fresh training do, a tenth of that where its last layer was fitted (<see cref="FreezeBatchNorms"/>), as that of "default" was. Default: none, random weights.
    /// </summary>
    public string? StartFrom { get; init; }

    /// <summary>
    /// Whether the batch norms keep the statistics that <see cref="StartFrom"/> has, instead of taking those of each batch and measuring them anew. A last layer that was fitted to a finished network (models refit) decides
    /// along directions in which faces differ less than one batch's statistics move them. Default: false.
    /// </summary>
    public bool FreezeBatchNorms { get; init; }

    /// <summary>Seed of weights, order and augmentation. On one machine the same seed gives the same bits, unless a time budget ends a stage. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What convolutions compute in while training. Default: <see cref="TrainingPrecision.Auto"/>.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>The CUDA device that trains and scores; null for the first where TorchSharp sees one, and the processor elsewhere. Default: null.</summary>
    public int? GpuDeviceId { get; init; }

    /// <summary>Whether the processor takes over where the CUDA device is not there. Default: false.</summary>
    public bool FallbackToCpu { get; init; }

    /// <summary>Folder for the crops of a fit, about 320 KB a row, removed afterwards. Default: the system's folder for temporary files.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>
    /// Folder for the checkpoint of a fit, from which a killed one can go on, and for its metrics (<see cref="TrainingMetric"/>). The checkpoint goes when the fit has ended,
    /// the metrics stay. Default: none, and nothing is kept.
    /// </summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Time from one checkpoint to the next within an epoch, above 0; the end of an epoch always has one. Default: 10 minutes.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Whether to go on from the checkpoint in <see cref="CheckpointFolder"/>; where there is none, the fit begins anew. On a processor the outcome is that of an
    /// uninterrupted fit to the last bit, unless a time budget ends a stage. Default: false; then a checkpoint that lies there is an error instead of being overwritten.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Told about every step and every epoch. Default: none.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Told what happens, a line an epoch. Default: none.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Ends the fit with an <see cref="OperationCanceledException"/> within one batch. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(FeatureColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(LabelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(Network);
        _ = NetworkRegistry.Find(Network, nameof(Network));
        Check.Defined(Head, nameof(Head));
        ArgumentNullException.ThrowIfNull(Augmentation);
        Augmentation.Validate();
        ArgumentNullException.ThrowIfNull(AmplitudeOptions);
        AmplitudeOptions.Validate();
        Check.Defined(ClassWeighting, nameof(ClassWeighting));
        Check.Defined(Sampling, nameof(Sampling));
        if (Sampling == ClassSampling.Paired && string.IsNullOrWhiteSpace(SamplingKeyColumnName))
            throw new ArgumentException($"{nameof(Sampling)} is {Sampling}, but {nameof(SamplingKeyColumnName)} names no column that says which rows have one source.", nameof(Sampling));
        Check.Range(ValidationFraction, 0, 0.9, nameof(ValidationFraction));
        Check.Range(EpochsStage1, 0, 1_000_000, nameof(EpochsStage1));
        Check.Range(EpochsStage2, 0, 1_000_000, nameof(EpochsStage2));
        if (EpochsStage1 == 0 && StartFrom is null)
            throw new ArgumentException($"{nameof(EpochsStage1)} is 0, but {nameof(StartFrom)} names no model with centres from which stage 2 could go on.", nameof(EpochsStage1));
        if (EpochsStage1 == 0 && (EpochsStage2 == 0 || Head == DecisionHead.FullyConnected))
            throw new ArgumentException($"{nameof(EpochsStage1)} is 0 and there is no stage 2: {nameof(Head)} is {Head}, {nameof(EpochsStage2)} {EpochsStage2}. Nothing would be trained.", nameof(EpochsStage1));
        Check.Range(BatchSize, 2, 65_536, nameof(BatchSize));
        Check.Positive(LearningRate, nameof(LearningRate));
        Check.Positive(LearningRateStage2, nameof(LearningRateStage2));
        Check.Range(Beta, 0, 1, nameof(Beta));
        Check.Range(Alpha, 0, 1, nameof(Alpha));
        Check.Defined(ClusterLoss, nameof(ClusterLoss));
        Check.Defined(ScoreForm, nameof(ScoreForm));
        Check.Defined(Keep, nameof(Keep));
        Check.Range(BatchNormBatches, 1, 1_000_000, nameof(BatchNormBatches));
        Check.Range(ProjectionRate, 0, 1, nameof(ProjectionRate));
        if (FreezeBatchNorms && StartFrom is null)
            throw new ArgumentException($"{nameof(FreezeBatchNorms)} is set, but {nameof(StartFrom)} names no model whose statistics the batch norms could keep.", nameof(FreezeBatchNorms));
        Check.Positive(CheckpointInterval.TotalSeconds, nameof(CheckpointInterval));
        if (Resume && string.IsNullOrWhiteSpace(CheckpointFolder))
            throw new ArgumentException($"{nameof(Resume)} is set, but {nameof(CheckpointFolder)} names no folder.", nameof(CheckpointFolder));
        if (StartFrom is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(StartFrom);
        if (TimeBudget is { } budget)
            Check.Positive(budget.TotalSeconds, nameof(TimeBudget));
    }
}
