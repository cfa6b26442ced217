using CDNet.Cli.Inputs;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Torch;

namespace CDNet.Cli.Experiments;

/// <summary>What a cell of an experiment sets; what it leaves out has the default of the components.</summary>
internal sealed record ExperimentSettings
{
    private static readonly SamFeatureOptions Defaults = new();

    /// <summary>Network by name. Default: sam.</summary>
    public string Network { get; init; } = Defaults.Network;

    /// <summary>What decides.</summary>
    public DecisionHead Head { get; init; } = Defaults.Head;

    /// <summary>Most training pictures, drawn by the seed; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>Epochs of stage 1.</summary>
    public int EpochsStage1 { get; init; } = Defaults.EpochsStage1;

    /// <summary>Epochs of stage 2.</summary>
    public int EpochsStage2 { get; init; } = Defaults.EpochsStage2;

    /// <summary>Minutes for a training; null for no limit. With one the outcome depends on the speed of the machine.</summary>
    public double? Minutes { get; init; }

    /// <summary>Pictures a step.</summary>
    public int BatchSize { get; init; } = Defaults.BatchSize;

    /// <summary>Learning rate of stage 1.</summary>
    public double LearningRate { get; init; } = Defaults.LearningRate;

    /// <summary>Learning rate of stage 2.</summary>
    public double LearningRateStage2 { get; init; } = Defaults.LearningRateStage2;

    /// <summary>How the rates run.</summary>
    public LearningRateSchedule Schedule { get; init; } = Defaults.Schedule;

    /// <summary>How crops are changed at random: none, flip, paper or robust.</summary>
    public string Augmentation { get; init; } = AugmentationNames.Default;

    /// <summary>Weights of the classes in the losses.</summary>
    public ClassWeighting ClassWeighting { get; init; } = Defaults.ClassWeighting;

    /// <summary>Which rows an epoch goes through.</summary>
    public ClassSampling Sampling { get; init; } = Defaults.Sampling;

    /// <summary>Share of the learning rate that the last layer takes.</summary>
    public double ProjectionRate { get; init; } = Defaults.ProjectionRate;

    /// <summary>beta of Eq. 2.</summary>
    public double Beta { get; init; } = Defaults.Beta;

    /// <summary>alpha of Eq. 4.</summary>
    public double Alpha { get; init; } = Defaults.Alpha;

    /// <summary>What pushes the centres apart.</summary>
    public CentreGradient CentreGradient { get; init; } = Defaults.CentreGradient;

    /// <summary>What stage 2 makes small.</summary>
    public ClusterLossForm ClusterLoss { get; init; } = Defaults.ClusterLoss;

    /// <summary>How distances become a score.</summary>
    public ClusterScoreForm ScoreForm { get; init; } = ClusterScoreForm.Ratio;

    /// <summary>Which DCT coefficients make an amplitude.</summary>
    public DctBandLayout Bands { get; init; } = DctBandLayout.Diagonal;

    /// <summary>Whether amplitudes are logarithms.</summary>
    public bool LogarithmicAmplitudes { get; init; } = true;

    /// <summary>What convolutions compute in.</summary>
    public TrainingPrecision Precision { get; init; } = Defaults.Precision;

    /// <summary>The options of the components.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="checkpoints">Folder of its checkpoint.</param>
    public CDNetOptions ToOptions(int seed, string checkpoints) => new()
    {
        ScoreForm = ScoreForm,
        Amplitudes = new DctAmplitudeOptions { Bands = Bands, Logarithmic = LogarithmicAmplitudes },
        Training = new SamFeatureOptions
        {
            Network = Network,
            Head = Head,
            EpochsStage1 = EpochsStage1,
            EpochsStage2 = EpochsStage2,
            TimeBudget = Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            BatchSize = BatchSize,
            LearningRate = LearningRate,
            LearningRateStage2 = LearningRateStage2,
            ProjectionRate = ProjectionRate,
            Schedule = Schedule,
            Augmentation = AugmentationNames.Find(Augmentation),
            ClassWeighting = ClassWeighting,
            Sampling = Sampling,
            SamplingKeyColumnName = nameof(PictureRow.SourceVideo),
            Beta = Beta,
            Alpha = Alpha,
            CentreGradient = CentreGradient,
            ClusterLoss = ClusterLoss,
            Precision = Precision,
            Seed = seed,
            CheckpointFolder = checkpoints,
            Resume = true,
        },
    };
}
