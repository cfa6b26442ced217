using CDNet.MLNet.Cluster;
using CDNet.MLNet.Decision;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Torch;

/// <summary>The options of the whole method.</summary>
public sealed record CDNetOptions
{
    /// <summary>The column of pictures. Default: Image.</summary>
    public string ImageColumnName { get; init; } = FaceColumns.Image;

    /// <summary>How faces are found and cut out.</summary>
    public FacePartCropOptions Crops { get; init; } = new();

    /// <summary>How the crops become amplitudes. Its columns must stay the default ones.</summary>
    public DctAmplitudeOptions Amplitudes { get; init; } = new();

    /// <summary>How the network is trained; its amplitude options and its form of the score are those of here.</summary>
    public SamFeatureOptions Training { get; init; } = new();

    /// <summary>How distances become a score, where the head of the training options is Cluster; in validation too. Default: the ratio that the paper's authors evaluate.</summary>
    public ClusterScoreForm ScoreForm { get; init; } = ClusterScoreForm.Ratio;
}

/// <summary>The whole method as one trainer: crops, amplitudes, network, decision (Figure 1 of the paper).</summary>
/// <remarks>
/// Estimator characteristics: needs data to fit; machine learning task: binary classification; input an <see cref="MLImage"/> and, to fit, a Boolean label;
/// output the columns of the four components.
/// </remarks>
public sealed class CDNetTrainer : IEstimator<CDNetTransformer>
{
    private readonly string _image;
    private readonly FacePartCropper _cropper;
    private readonly DctAmplitudeFeaturizer _featurizer;
    private readonly SamFeatureEstimator _module;
    private readonly IEstimator<WrappedTransformer> _decision;

    /// <summary>Creates the estimator; <c>mlContext.BinaryClassification.Trainers.CDNet</c> does this.</summary>
    /// <param name="options">The options of the four components; the paper's where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public CDNetTrainer(CDNetOptions? options = null)
    {
        options ??= new CDNetOptions();
        _image = options.ImageColumnName;
        _cropper = new FacePartCropper(options.ImageColumnName, options.Crops);
        _featurizer = new DctAmplitudeFeaturizer(options.Amplitudes);
        _module = new SamFeatureEstimator(options.Training with { AmplitudeOptions = options.Amplitudes, ScoreForm = options.ScoreForm });
        _decision = options.Training.Head == DecisionHead.FullyConnected ? FullyConnected(options) : Cluster(options);
    }

    /// <inheritdoc cref="SamFeatureEstimator.Fit"/>
    public CDNetTransformer Fit(IDataView input)
    {
        var cropper = _cropper.Fit(input);
        return Fit(cropper, cropper.Transform(input));
    }

    /// <summary>Trains on crops that were made before, with the same detector and options as those of this trainer: a prepared set behind <c>DecodeCrops</c>.</summary>
    /// <param name="crops">The columns of CropFaceParts and the labels.</param>
    /// <returns>The whole method: it finds and cuts out faces itself, so that it scores pictures.</returns>
    /// <inheritdoc cref="SamFeatureEstimator.Fit"/>
    public CDNetTransformer FitCrops(IDataView crops)
    {
        ArgumentNullException.ThrowIfNull(crops);
        var columns = SchemaDefinition.Create(typeof(PictureRow));
        columns[nameof(PictureRow.Picture)].ColumnName = _image;
        return Fit(_cropper.Fit(new MLContext().Data.LoadFromEnumerable(Array.Empty<PictureRow>(), columns)), crops);
    }

    private CDNetTransformer Fit(FacePartCropperTransformer cropper, IDataView cropped)
    {
        var featurizer = _featurizer.Fit(cropped);
        var described = featurizer.Transform(cropped);
        var module = _module.Fit(described);
        var decision = _decision.Fit(module.Transform(described));
        return new CDNetTransformer(cropper, featurizer, module, decision);
    }

    /// <inheritdoc />
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => _decision.GetOutputSchema(_module.GetOutputSchema(_featurizer.GetOutputSchema(_cropper.GetOutputSchema(inputSchema))));

    private static ClusterDecisionTrainer Cluster(CDNetOptions options) => new(new ClusterDecisionOptions
    {
        LabelColumnName = options.Training.LabelColumnName,
        FeatureColumnName = options.Training.FeatureColumnName,
        ScoreForm = options.ScoreForm,
    });

    private static FullyConnectedDecisionTrainer FullyConnected(CDNetOptions options)
        => new(new FullyConnectedDecisionOptions { FeatureColumnName = options.Training.FeatureColumnName });

    /// <summary>A picture that is never there: the cropping stage asks for the type of the column alone.</summary>
    private sealed class PictureRow
    {
        public MLImage? Picture { get; set; }
    }
}

/// <summary>What <see cref="CDNetTrainer"/> fits to.</summary>
public sealed class CDNetTransformer : WrappedTransformer
{
    internal CDNetTransformer(
        FacePartCropperTransformer cropper, DctAmplitudeTransformer featurizer, SamFeatureTransformer module, WrappedTransformer decision)
        : base(new TransformerChain<ITransformer>(cropper, featurizer, module, decision))
    {
        Centres = module.Centres;
        Head = module.Head;
        Report = module.Report;
    }

    /// <summary>The two centres (Eq. 1), or null with a fully connected head.</summary>
    public ClusterCentres? Centres { get; }

    /// <summary>The fully connected head, or null where the centres decide.</summary>
    public FullyConnectedHead? Head { get; }

    /// <summary>What the fit did.</summary>
    public TrainingReport Report { get; }
}
