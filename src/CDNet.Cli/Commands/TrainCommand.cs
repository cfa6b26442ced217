using System.CommandLine;
using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch;
using Microsoft.ML;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet train</c>: pictures in, model zip out.</summary>
internal static class TrainCommand
{
    private const string TrainSplit = "train";
    private const string ValidationSplit = "val";
    private const string ClusterHead = "cluster";
    private const string FullyConnectedHead = "fc";

    // Behind the model's name: checkpoint, metrics and curves.
    private const string FolderSuffix = ".training";

    private static readonly Option<string> Data = CommonOptions.Data();
    private static readonly Option<string> Out = new("--out") { Description = "The model zip to write.", Required = true };
    private static readonly Option<string> Root = CommonOptions.Root();
    private static readonly Option<string> Manifest = CommonOptions.Manifest();
    private static readonly Option<string> Detector = new("--detector")
    {
        Description = $"A BlazeFace file of MediaPipe (.tflite), or the name of one that cdnet models pull fetched, for example blazeface-back. Default: the one that the environment variable {FaceDetectorModel.PathVariable} names.",
    };

    private static readonly Option<float> MinConfidence = CommonOptions.InRange("--min-confidence", "Confidence below which a detection is no face, 0 to 1.", 0.75f, 0, 1);
    private static readonly Option<string> Network = CommonOptions.OneOf(
        "--network", $"The network: {string.Join(" or ", SamFeatureOptions.Networks)}.", SamFeatureOptions.Networks);

    private static readonly Option<string> Head = CommonOptions.OneOf(
        "--head", "What decides: cluster (two stages, the paper's method) or fc (the fully connected head of stage 1).", ClusterHead, FullyConnectedHead);

    private static readonly Option<int> EpochsStage1 = CommonOptions.InRange("--epochs-stage1", "Epochs with the fully connected head.", 20, 1, 1_000_000);
    private static readonly Option<int> EpochsStage2 = CommonOptions.InRange("--epochs-stage2", "Epochs with the cluster loss; 0 leaves the stage out.", 20, 0, 1_000_000);
    private static readonly Option<int> Batch = CommonOptions.InRange("--batch", "Pictures a step.", 32, 2, 65_536);
    private static readonly Option<double> Rate = CommonOptions.InRange("--lr", "Learning rate of stage 1.", 1e-4, 1e-9, 10);
    private static readonly Option<double> RateStage2 = CommonOptions.InRange("--lr-stage2", "Learning rate of stage 2.", 1e-4, 1e-9, 10);
    private static readonly Option<LearningRateSchedule> Schedule = new("--schedule")
    {
        Description = "How the learning rate runs over a stage: Constant or WarmupCosine. Default: Constant.",
    };

    private static readonly Dictionary<string, AugmentationOptions> Augmentations = new()
    {
        ["flip"] = AugmentationOptions.Flip, ["none"] = AugmentationOptions.None, ["paper"] = AugmentationOptions.Paper, ["robust"] = AugmentationOptions.Robust,
    };

    private static readonly Option<string> Augment = CommonOptions.OneOf(
        "--augment", "How training crops are changed at random: none, flip, paper (also colours and noise) or robust (also blur, down-scaling, JPEG).", [.. Augmentations.Keys]);

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
        "--limit", "Most training pictures, drawn by the seed; 0 for all. Validation pictures are limited to a quarter of it.", 0, 0, int.MaxValue);

    private static readonly Option<TimeSpan?> Budget = CommonOptions.Time("--time-budget", "Time for the whole training, for example 10m or 1h. Default: none.");
    private static readonly Option<TimeSpan?> Checkpoints = CommonOptions.Time("--checkpoint-every", "Time between checkpoints within an epoch, for example 10m. Default: 10m.");
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from the checkpoint beside the model; begin where there is none." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("train", "Trains a model on real and fake pictures.")
        {
            Data, Out, Root, Manifest, Detector, MinConfidence, Network, Head, EpochsStage1, EpochsStage2, Batch, Rate, RateStage2, Schedule, Augment, Seed, Device, Precision, Limit, Budget, Checkpoints, Resume, Json,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = Path.GetFullPath(parsed.GetRequiredValue(Out));
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        var set = CommonOptions.OpenPictures(parsed.GetRequiredValue(Data), parsed.GetValue(Root), parsed.GetValue(Manifest));
        var rows = Rows(set, parsed.GetValue(Limit), parsed.GetValue(Seed));
        var isSplit = rows.Any(row => row.IsValidation);
        using var progress = new TrainingDisplay();
        var trainer = new CDNetOptions
        {
            Crops = new FacePartCropOptions { Detector = CommonOptions.Detector(parsed.GetValue(Detector)), MinConfidence = parsed.GetValue(MinConfidence) },
            Training = Training(parsed, isSplit, output + FolderSuffix, progress, cancellation),
        };

        var context = new MLContext(parsed.GetValue(Seed));
        var data = context.Data.LoadFromEnumerable(rows);
        using var model = context.Transforms.LoadPictures().Append(context.BinaryClassification.Trainers.CDNet(trainer)).Fit(data);
        progress.Dispose();
        Save(context, model, data.Schema, output);
        TrainingCurves.Draw(output + FolderSuffix);

        var result = new TrainingResult(output, new FileInfo(output).Length, model.LastTransformer.Report, model.LastTransformer.Centres?.SquaredDistance, set.Skipped);
        if (parsed.GetValue(Json))
            Terminal.Json(result);
        else
            result.Print();
        return set.Skipped.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
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
            Schedule = parsed.GetValue(Schedule),
            Augmentation = Augmentations[parsed.GetRequiredValue(Augment)],
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

    /// <summary>Training and validation rows; without splits every row trains and a fraction of the source videos validates.</summary>
    private static List<PictureRow> Rows(PictureSet set, int limit, int seed)
    {
        var training = Limited(set.InSplit(TrainSplit), limit, seed);
        var validation = set.SplitNames.Contains(ValidationSplit) ? Limited(set.InSplit(ValidationSplit), limit == 0 ? 0 : Math.Max(1, limit / 4), seed) : [];
        return [.. training.Select(picture => new PictureRow(picture, isValidation: false)), .. validation.Select(picture => new PictureRow(picture, isValidation: true))];
    }

    private static IReadOnlyList<LabeledPicture> Limited(IReadOnlyList<LabeledPicture> pictures, int limit, int seed)
    {
        if (limit == 0 || pictures.Count <= limit)
            return pictures;
        var drawn = pictures.ToArray();
        new Random(seed).Shuffle(drawn);
        return drawn[..limit];
    }

    private static (int? GpuDeviceId, bool FallbackToCpu) ParseDevice(string device) => device switch
    {
        "auto" => (null, false),
        // A device that cannot exist, with leave to fall back, is the processor.
        "cpu" => (-1, true),
        "cuda" => (0, false),
        _ when device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device[5..], out var id) && id >= 0 => (id, false),
        _ => throw new ArgumentException($"--device is {device}; expected auto, cpu, cuda or cuda:N."),
    };

    /// <summary>Writes beside the target and renames, so that a half-written model never bears its name.</summary>
    private static void Save(MLContext context, ITransformer model, DataViewSchema schema, string path)
    {
        var partial = path + ".partial";
        context.Model.Save(model, schema, partial);
        File.Move(partial, path, overwrite: true);
    }
}
