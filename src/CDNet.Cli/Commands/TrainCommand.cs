using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Torch;
using Microsoft.ML;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet train</c>: pictures in, model zip out.</summary>
internal static class TrainCommand
{
    private const string ClusterHead = "cluster";
    private const string FullyConnectedHead = "fc";

    // Behind the model's name: checkpoint, metrics and curves.
    private const string FolderSuffix = ".training";

    private static readonly Option<string> Data = CommonOptions.Data();
    private static readonly Option<string> Out = new("--out") { Description = "The model zip to write.", Required = true };
    private static readonly Option<string> Root = CommonOptions.Root();
    private static readonly Option<string> Manifest = CommonOptions.Manifest();
    private static readonly FaceSearchOptions Search = new();
    private static readonly Option<string> Network = CommonOptions.OneOf(
        "--network", $"The network: {string.Join(" or ", SamFeatureOptions.Networks)}.", SamFeatureOptions.Networks);

    private static readonly Option<string> Head = CommonOptions.OneOf(
        "--head", "What decides: cluster (two stages, the paper's method) or fc (the fully connected head of stage 1).", ClusterHead, FullyConnectedHead);

    private static readonly Option<int> EpochsStage1 = CommonOptions.InRange("--epochs-stage1", "Epochs with the fully connected head; 0, only with --start-from, goes on at once with the centres of that model.", 20, 0, 1_000_000);
    private static readonly Option<int> EpochsStage2 = CommonOptions.InRange("--epochs-stage2", "Epochs with the cluster loss; 0 leaves the stage out.", 20, 0, 1_000_000);
    private static readonly Option<int> Batch = CommonOptions.InRange("--batch", "Pictures a step.", 32, 2, 65_536);
    private static readonly Option<double> Rate = CommonOptions.InRange("--lr", "Learning rate of stage 1.", 1e-4, 1e-9, 10);
    private static readonly Option<double> RateStage2 = CommonOptions.InRange("--lr-stage2", "Learning rate of stage 2.", 1e-4, 1e-9, 10);
    private static readonly Option<double> ProjectionRate = CommonOptions.InRange("--projection-rate", "Share of the learning rate that the last layer of sam takes, which mixes what it has seen of a face; 0: it stays as it is.", 1.0, 0, 1);
    private static readonly Option<LearningRateSchedule> Schedule = new("--schedule")
    {
        Description = "How the learning rate runs over a stage: Constant or WarmupCosine. Default: Constant.",
    };

    private static readonly Option<ClusterLossForm> Loss = new("--cluster-loss")
    {
        Description = "What stage 2 makes small: Margin, the paper's Eq. 2 and 3, or Logistic (cross entropy of the difference of the distances; to go on from a model that decides well). Default: Margin.",
    };

    private static readonly Option<ClusterScoreForm> Score = new("--score-form")
    {
        Description = "How the distances to the centres become the score: Ratio, as the paper's authors evaluate, or Difference. Default: Ratio.",
    };

    private static readonly Option<string> Augment = CommonOptions.OneOf(
        "--augment", "How training crops are changed at random: none, flip, paper (also colours and noise), robust (also blur, down-scaling, JPEG), shared (as pictures suffer when they are passed on: colours, blur, down-scaling, JPEG, no noise) or moved (shared, and cut out a little elsewhere; for long trainings).", AugmentationNames.All);

    private static readonly Option<ClassWeighting> Weighting = new("--class-weighting")
    {
        Description = "How much a picture counts in the losses: None (all the same) or Balanced (inversely to the size of its class). Default: None.",
    };

    private static readonly Option<ClassSampling> Sampling = new("--sampling")
    {
        Description = "What an epoch goes through: Shuffled (every picture once), Balanced (as many of both classes) or Paired (every picture once, a fake beside a real one of its source). Default: Shuffled.",
    };

    private static readonly Option<string> StartFrom = new("--start-from")
    {
        Description = "A model zip of the same network to go on from, or default for the model that comes with this program (fine-tuning). Default: random weights.",
    };

    private static readonly Option<bool> FreezeBatchNorms = new("--freeze-batch-norms") { Description = "With --start-from: the batch norms keep that model's statistics. For models whose last layer was fitted (models refit)." };
    private static readonly Option<KeptEpoch> Keep = new("--keep")
    {
        Description = "Which epoch of a stage is written: Best, by its validation AUC, or Last (where the validation pictures lack what the training is meant to bring in, or models refit follows). Default: Best.",
    };

    private static readonly Option<int> Seed = CommonOptions.InRange("--seed", "Seed of weights, order and augmentation.", 1, int.MinValue, int.MaxValue);
    private static readonly Option<string> Device = new("--device")
    {
        Description = "auto (the first CUDA device where there is one), cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<TrainingPrecision> Precision = new("--precision")
    {
        Description = "What convolutions compute in while training: Auto, Full or BFloat16. Default: Auto.",
    };

    private static readonly Option<int> Limit = CommonOptions.InRange(
        "--limit", "Most training pictures, whole sources drawn by the seed; 0 for all. Validation pictures are limited to a quarter of it.", 0, 0, int.MaxValue);

    private static readonly Option<TimeSpan?> Budget = CommonOptions.Time("--time-budget", "Time for the whole training, for example 10m or 1h. Default: none.");
    private static readonly Option<TimeSpan?> Checkpoints = CommonOptions.Time("--checkpoint-every", "Time between checkpoints within an epoch, for example 10m. Default: 10m.");
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from the checkpoint beside the model; begin where there is none." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("train", "Trains a model on real and fake pictures.")
        {
            Data, Out, Root, Manifest, Search.Detector, Search.MinConfidence, Search.SecondLook, Search.TileSide, Network, Head, EpochsStage1, EpochsStage2, Batch, Rate, RateStage2, ProjectionRate, Schedule, Loss, Score, Augment, Weighting, Sampling, StartFrom, FreezeBatchNorms, Keep, Seed, Device, Precision, Limit, Budget, Checkpoints, Resume, Json,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        TrainingLibrary.Require();
        var output = CommonOptions.OutputFile(parsed, Out);
        var context = new MLContext(parsed.GetValue(Seed));
        var source = Source(context, parsed);
        using var progress = new TrainingDisplay();
        var (model, method, schema) = source.Fit(context, new CDNetOptions
        {
            Crops = source.Crops,
            ScoreForm = parsed.GetValue(Score),
            Training = Training(parsed, source.IsSplit, output + FolderSuffix, progress, cancellation),
        });
        using var disposed = (IDisposable)model;
        progress.Dispose();
        ModelSeal.Save(output, path => context.Model.Save(model, schema, path));
        TrainingCurves.Draw(output + FolderSuffix);

        var result = new TrainingResult(output, new FileInfo(output).Length, method.Report, method.Centres?.SquaredDistance, source.Skipped);
        Terminal.Show(result, parsed.GetValue(Json));
        return source.Skipped.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static TrainingSource Source(MLContext context, ParseResult parsed)
    {
        var (data, limit, seed) = (parsed.GetRequiredValue(Data), parsed.GetValue(Limit), parsed.GetValue(Seed));
        return TrainingSource.Open(context, data, parsed.GetValue(Root), parsed.GetValue(Manifest), Search.Parse(parsed), limit, seed);
    }

    private static SamFeatureOptions Training(ParseResult parsed, bool isSplit, string folder, TrainingDisplay progress, CancellationToken cancellation)
    {
        var (gpu, fallback) = ParseDevice(parsed.GetRequiredValue(Device));
        return new SamFeatureOptions
        {
            SamplingKeyColumnName = nameof(PictureRow.SourceVideo),
            ValidationColumnName = isSplit ? nameof(PictureRow.IsValidation) : null,
            Network = parsed.GetRequiredValue(Network),
            Head = parsed.GetRequiredValue(Head) == FullyConnectedHead ? DecisionHead.FullyConnected : DecisionHead.Cluster,
            EpochsStage1 = parsed.GetValue(EpochsStage1),
            EpochsStage2 = parsed.GetValue(EpochsStage2),
            BatchSize = parsed.GetValue(Batch),
            LearningRate = parsed.GetValue(Rate),
            LearningRateStage2 = parsed.GetValue(RateStage2),
            ProjectionRate = parsed.GetValue(ProjectionRate),
            Schedule = parsed.GetValue(Schedule),
            ClusterLoss = parsed.GetValue(Loss),
            Augmentation = AugmentationNames.Find(parsed.GetRequiredValue(Augment)),
            ClassWeighting = parsed.GetValue(Weighting),
            Sampling = parsed.GetValue(Sampling),
            StartFrom = parsed.GetValue(StartFrom),
            FreezeBatchNorms = parsed.GetValue(FreezeBatchNorms),
            Keep = parsed.GetValue(Keep),
            Seed = parsed.GetValue(Seed),
            Precision = parsed.GetValue(Precision),
            TimeBudget = parsed.GetValue(Budget),
            GpuDeviceId = gpu,
            FallbackToCpu = fallback,
            CheckpointFolder = folder,
            CheckpointInterval = parsed.GetValue(Checkpoints) ?? new SamFeatureOptions().CheckpointInterval,
            Resume = parsed.GetValue(Resume),
            Progress = progress,
            CancellationToken = cancellation,
        };
    }

    private static (int? GpuDeviceId, bool FallbackToCpu) ParseDevice(string device) => device switch
    {
        "auto" => (null, false),
        // A device that cannot exist, with leave to fall back, is the processor.
        "cpu" => (-1, true),
        _ => (CudaDevice.Parse(device) ?? throw new ArgumentException($"--device is {device}; expected auto, cpu, cuda or cuda:N."), false),
    };
}
