using System.Diagnostics;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Decision;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring.Evidence;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Training;
using CDNet.MLNet.Torch.Training.Checkpoints;
using Microsoft.ML;
using Microsoft.ML.Data;
using Device = TorchSharp.torch.Device;

namespace CDNet.MLNet.Torch;

/// <summary>
/// Trains the selective attention module, or another network, and the cluster centres in the paper's two stages, and turns the five crops and their
/// amplitudes into the features F (sections 3.2 and 3.3 of the paper).
/// </summary>
/// <remarks>
/// <para>Estimator characteristics: needs data to fit; input the crops of CropFaceParts, their amplitudes and, to fit, a Boolean label; output float[200],
/// or as many as the network of the options gives (<see cref="SamFeatureOptions.Network"/>).
/// Trains in TorchSharp, scores in ONNX Runtime.</para>
/// <para>The data is read once: crops and amplitudes go to a file that is gone when the fit ends, however it ends. Rows without a face or a label are left
/// out and counted in <see cref="SamFeatureTransformer.Report"/>. The centres travel on the feature column to ClusterDecision,
/// and a fully connected head to FullyConnectedDecision.</para>
/// </remarks>
public sealed class SamFeatureEstimator : IEstimator<SamFeatureTransformer>
{
    private readonly SamFeatureOptions _options;
    private readonly NetworkEntry _network;

    /// <summary>Creates the estimator; <c>mlContext.Transforms.SamFeatures</c> does this.</summary>
    /// <param name="options">Training options; the paper's where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SamFeatureEstimator(SamFeatureOptions? options = null)
    {
        _options = options ?? new SamFeatureOptions();
        _options.Validate();
        _network = NetworkRegistry.Find(_options.Network, nameof(_options.Network));
        if (_options.Head == DecisionHead.FullyConnected)
            _options = _options with { EpochsStage2 = 0 };
    }

    /// <summary>Trains.</summary>
    /// <param name="input">The crops, their amplitudes and the labels.</param>
    /// <exception cref="ArgumentException">A column is missing or has another type.</exception>
    /// <exception cref="InvalidOperationException">A class has no row, the device or libtorch is not there, or the training diverged.</exception>
    /// <exception cref="InvalidOperationException">The folder of the checkpoints holds one that was not asked for, or of other options or data.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume or the model to start from is damaged, or the model is of another version.</exception>
    /// <exception cref="ArgumentException">The model to start from has another network.</exception>
    /// <exception cref="FileNotFoundException">The model to start from is not there.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    /// <exception cref="IOException">The folder of the crops or of the checkpoints is full.</exception>
    public SamFeatureTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var watch = Stopwatch.StartNew();
        var columns = SamColumns.Of(input.Schema, _options);
        var device = TorchRuntime.PickDevice(_options.GpuDeviceId, _options.FallbackToCpu);

        var checkpoints = CheckpointStore.Of(_options);
        using var resumed = checkpoints?.Load();

        using var cache = new CropCache(_options.CacheFolder, columns.Sizes);
        var counts = CropCacheFiller.Fill(cache, input, columns, _options);
        var trained = MainHeapThread.Run(() => Train(cache, counts, device, checkpoints, resumed, watch));
        TorchRuntime.ReleaseFreedMemory();
        var fitted = ToTransformer(input, columns, trained);
        checkpoints?.Complete();
        return fitted;
    }

    private sealed record Trained(NetworkWeights Weights, ClusterCentres? Centres, FullyConnectedHead? Head, PartMeans? Parts, TrainingReport Report);

    private Trained Train(
        CropCache cache, (long WithoutFace, long WithoutLabel) counts, Device device, CheckpointStore? checkpoints, Checkpoint<TrainingState>? resumed, Stopwatch watch)
    {
        var split = TrainingSplit.Of(cache, _options);
        var precision = TorchRuntime.PickPrecision(_options.Precision, device);
        var clock = new TrainingClock(_options, watch.Elapsed + TimeSpan.FromSeconds(resumed?.State.Seconds ?? 0));
        using var trainer = new TwoStageTrainer(cache, split, _options, device, precision, clock, checkpoints, resumed);
        var (centres, best1, best2) = trainer.Train();
        var parts = trainer.MeasureParts();
        var report = new TrainingReport(
            split.Training.Length, split.Validation.Length, counts.WithoutFace, counts.WithoutLabel, trainer.Epochs, best1, best2,
            device.ToString(), precision.IsReduced ? "bfloat16" : "float32", clock.Elapsed.TotalSeconds)
        {
            Network = trainer.Network.Graph.Name,
            Head = $"{_options.Head}",
            StartedFrom = trainer.StartedFrom,
            Parameters = trainer.Network.ParameterCount,
            MultiplyAdds = trainer.Network.Graph.MultiplyAdds(SamColumns.Signature(cache.Sizes)),
        };
        return new Trained(trainer.Network.ToWeights(), centres, centres is null ? trainer.Network.ToHead() : null, parts, report);
    }

    /// <inheritdoc />
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var column in FaceColumns.Crops.Concat(FaceColumns.Amplitudes))
            inputSchema.Require(column, nameof(SamFeatureEstimator));
        return inputSchema.With(SchemaShapes.Vector<float>(_options.FeatureColumnName, NumberDataViewType.Single, _network.Graph.Features));
    }

    private SamFeatureTransformer ToTransformer(IDataView input, SamColumns columns, Trained trained)
    {
        var gpu = trained.Report.Device.StartsWith("cuda", StringComparison.Ordinal) ? _options.GpuDeviceId ?? 0 : (int?)null;
        var model = _network.Graph.Build(trained.Weights, SamColumns.Signature(columns.Sizes), trained.Report.ToJson());
        model = trained.Parts?.AddTo(model) ?? model;
        string[] inputs = [.. _network.Graph.Columns.Select(FeatureSignature.Input)];
        var chain = new StageChain(input)
            .Copy(inputs.Zip(_network.Graph.Columns))
            .Onnx(model, inputs, [FeatureSignature.Output], gpu, _options.FallbackToCpu)
            .Copy((_options.FeatureColumnName, FeatureSignature.Output))
            .Drop([.. inputs, FeatureSignature.Output]);
        return new SamFeatureTransformer(chain.Build(), _options.FeatureColumnName, trained.Centres, trained.Head, trained.Report);
    }
}

/// <summary>What <see cref="SamFeatureEstimator"/> fits to.</summary>
public sealed class SamFeatureTransformer : AnnotatedTransformer
{
    internal SamFeatureTransformer(ITransformer inner, string featureColumn, ClusterCentres? centres, FullyConnectedHead? head, TrainingReport report)
        : base(inner, featureColumn, Annotations(centres, head))
    {
        Centres = centres;
        Head = head;
        Report = report;
    }

    /// <summary>The centres that belong to the features: those of stage 2, or the class means where it was left out. Null with a fully connected head.</summary>
    public ClusterCentres? Centres { get; }

    /// <summary>The fully connected head that decides, or null where the centres do.</summary>
    public FullyConnectedHead? Head { get; }

    /// <summary>What the fit did: rows, epochs, the best ones, the time.</summary>
    public TrainingReport Report { get; }

    private static Dictionary<string, float[]> Annotations(ClusterCentres? centres, FullyConnectedHead? head)
    {
        var annotations = new Dictionary<string, float[]>();
        if (centres is not null)
            (annotations[CentreAnnotations.Fake], annotations[CentreAnnotations.Real]) = (centres.Fake, centres.Real);
        if (head is not null)
            (annotations[HeadAnnotations.Weights], annotations[HeadAnnotations.Bias]) = (head.Weights, [head.Bias]);
        return annotations;
    }
}
