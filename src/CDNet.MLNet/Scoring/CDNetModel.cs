using System.Security.Cryptography;
using CDNet.MLNet.Calibration;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Decision;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Scoring.Batching;
using CDNet.MLNet.Scoring.Bundles;
using CDNet.MLNet.Scoring.Evidence;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Scoring;

/// <summary>A saved model that scores every face of pictures, and says what it consists of.</summary>
/// <remarks>The scores are those of the ML.NET pipeline to 1e-5: pictures are worked on side by side, each face by one graph where the model is put together as the library does it. Several models may be used side by side.</remarks>
public sealed class CDNetModel : IDisposable
{
    /// <summary>The name by which commands take the model that comes with the library.</summary>
    public const string DefaultName = "default";

    /// <summary>Most bytes a model zip may have: 1 GiB.</summary>
    public const long MaxBytes = 1L << 30;

    // Other columns or another scale make other scores; the last bits differ between a batch and a row.
    private const float ProbeTolerance = 1e-4f;

    private const string EmbeddedName = "cdnet-default.zip";

    // The decision's own probability and verdict (Eq. 5).
    private static readonly ScoreCalibration Uncalibrated = new(Slope: 1, Offset: 0, Threshold: 0);

    private readonly MLContext _context;
    private readonly Lazy<SavedPipeline> _pipeline;

    private readonly Lazy<IFaceScorer> _scorer;

    // The model that comes with the library is what the library made, and a test compares its graph with its pipeline: nothing need be loaded to find that out again.
    private readonly bool _isOwn;

    private CDNetModel(string name, byte[] zip, MLContext context, Lazy<SavedPipeline> pipeline, FacePartCropOptions crops, ModelArchive archive, bool isSealed, bool isOwn)
    {
        IsSealed = isSealed;
        (Name, Bytes, Sha256) = (name, zip.LongLength, Convert.ToHexStringLower(SHA256.HashData(zip)));
        (_context, _pipeline, CropOptions, _isOwn) = (context, pipeline, crops, isOwn);
        Graph = ScorerGraph.Of(archive);
        PartMeans = PartMeans.Read(archive);
        FamiliarityScale = PartMeans?.Deviations is null ? null : FamiliarityScale.Read(archive);
        _scorer = new Lazy<IFaceScorer>(() => CreateScorer(threads: 1));
        Detector = new FaceDetector(crops.Detector!);
        Centres = ClusterDecisionGraph.ReadCentres(archive);
        ScoreForm = ClusterDecisionGraph.ReadForm(archive);
        Head = FullyConnectedDecisionGraph.ReadHead(archive);
        Calibration = CalibrationGraph.Read(archive);
        if (archive.FindWith(FeatureGraph.TrainingKey) is { } network)
        {
            // Weights of 16 bits are nodes.
            var constants = network.Graph.Node.SelectMany(node => node.Attribute).Select(attribute => attribute.T).OfType<TensorProto>();
            Parameters = network.Graph.Initializer.Concat(constants).Where(tensor => tensor.DataType is (int)OnnxType.Float or (int)OnnxType.Float16).Sum(Elements);
            TrainingJson = ModelArchive.Metadata(network, FeatureGraph.TrainingKey);
            // The first models do not say it: there was only one network.
            Network = ModelArchive.Metadata(network, FeatureGraph.NetworkKey) ?? SamGraph.Instance.Name;
            IsWide = SamWidening.LayoutOf(network).IsWide;
        }
    }

    /// <summary>How the model finds and cuts out faces, with its detector.</summary>
    public FacePartCropOptions CropOptions { get; }

    internal FaceDetector Detector { get; }

    /// <summary>What the model does with crops as one graph, or null where it is put together in another way.</summary>
    internal ScorerGraph? Graph { get; }

    /// <summary>What its network knows of faces on the average, or null where nobody has measured it.</summary>
    internal PartMeans? PartMeans { get; }

    /// <summary>What distances the faces have that it was calibrated on, or null where nobody has measured it.</summary>
    internal FamiliarityScale? FamiliarityScale { get; }

    /// <summary>Whether it tells how familiar a face is (<see cref="FaceVerdict.Familiarity"/>): it knows how its training faces scatter, and was calibrated with distances.</summary>
    public bool HasFamiliarity => FamiliarityScale is not null;

    /// <summary>The two centres (Eq. 1), or null where the model decides in another way.</summary>
    public ClusterCentres? Centres { get; }

    /// <summary>How the distances to the centres become the score, or null where the model decides in another way.</summary>
    public ClusterScoreForm? ScoreForm { get; }

    /// <summary>The fully connected head, or null where the model decides in another way.</summary>
    public FullyConnectedHead? Head { get; }

    /// <summary>How scores become probabilities and verdicts, or null where they are those of the decision itself.</summary>
    public ScoreCalibration? Calibration { get; }

    /// <summary>The score above which a face is called fake: the calibration's, else 0 (Eq. 5).</summary>
    public float Threshold => (Calibration ?? Uncalibrated).Threshold;

    /// <summary>The network of the features, for example sam, or null where they are not CDNet's.</summary>
    public string? Network { get; }

    /// <summary>Whether its last layer reads every block of its networks (<see cref="ModelWidening"/>).</summary>
    public bool IsWide { get; }

    /// <summary>Numbers in the scoring network, batch norms folded in; 0 where the features are not CDNet's.</summary>
    public long Parameters { get; }

    /// <summary>Whether it can score in 8 bits (<see cref="ScoringPrecision.EightBit"/>).</summary>
    public bool HasInt8 => Graph is { HasInt8: true };

    /// <summary>How the network was trained, as JSON, or null.</summary>
    public string? TrainingJson { get; }

    /// <summary>What the model is called: its file, or <see cref="DefaultName"/>.</summary>
    public string Name { get; }

    /// <summary>Length of the zip.</summary>
    public long Bytes { get; }

    /// <summary>SHA-256 of the zip in hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>
    /// Whether the zip holds checksums of all that is in it (<see cref="ModelSeal"/>), which were found right: without, damage that nothing shows would change scores in silence.
    /// </summary>
    public bool IsSealed { get; }

    /// <summary>Loads a model zip.</summary>
    /// <remarks>
    /// Before anything of it is loaded, its size, its names, its checksums and the code that it names are checked: only stages of ML.NET and of this library are accepted. See docs/reliability.md.
    /// </remarks>
    /// <param name="path">The file that <c>mlContext.Model.Save</c> or <c>cdnet train</c> wrote.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is no model, a damaged or changed one, one of another version, one that crops no faces, one that names code of others, or larger than <see cref="MaxBytes"/>.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read, or the folder for temporary files cannot be written to.</exception>
    public static CDNetModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such model file.", path);
        FileSize.Require(path, MaxBytes, "a model");
        return Load(File.ReadAllBytes(path), path);
    }

    /// <summary>Whether a name stands for the model that comes with the library; a file of that name goes first.</summary>
    internal static bool IsDefault(string nameOrFile) => nameOrFile == DefaultName && !File.Exists(nameOrFile);

    /// <summary>The model of a file, or the one that comes with the library.</summary>
    internal static CDNetModel Open(string nameOrFile) => IsDefault(nameOrFile) ? LoadDefault() : Load(nameOrFile);

    /// <summary>The bytes of a model's zip, by name or file.</summary>
    internal static Stream OpenZip(string nameOrFile) => IsDefault(nameOrFile) ? OpenDefault() : File.OpenRead(nameOrFile);

    /// <summary>The zip of the model that comes with the library, for <c>mlContext.Model.Load</c>: it takes a column <c>Path</c>.</summary>
    public static Stream OpenDefault()
        => typeof(CDNetModel).Assembly.GetManifestResourceStream(EmbeddedName) ?? throw new InvalidOperationException($"The assembly lacks its resource {EmbeddedName}.");

    /// <summary>Loads the model that comes with the library; docs/model-card.md says what it was trained on, what it is worth, and what it must not be used for.</summary>
    public static CDNetModel LoadDefault()
    {
        using var resource = OpenDefault();
        var zip = new byte[resource.Length];
        resource.ReadExactly(zip);
        return Load(zip, DefaultName, isOwn: true);
    }

    /// <summary>Scores every face of pictures.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    /// <returns>A verdict for each face, in the order of the files and by falling confidence; one for a picture without a face, one for a picture that failed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<FaceVerdict> Score(IEnumerable<string> paths, CancellationToken cancellation = default) => Score(paths, new ScoringOptions(), cancellation);

    /// <summary>Scores every face of pictures and of the frames of videos.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="options">Which frames of videos, and what happens to pictures first.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    /// <returns>
    /// A verdict for each face, in the order of the files and their frames and by falling confidence; one for a picture or a frame without a face, one for a file that failed. A video that breaks
    /// off gives the verdicts of the frames before, then the one that says why. <see cref="VideoVerdict"/> draws those of a video together.
    /// </returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<FaceVerdict> Score(IEnumerable<string> paths, ScoringOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return ScoreEach(paths, options, cancellation);
    }

    private IEnumerable<FaceVerdict> ScoreEach(IEnumerable<string> paths, ScoringOptions options, CancellationToken cancellation)
    {
        // Enumerated, because what scores is made when the first verdict is asked for.
        var verdicts = _scorer.Value is GraphFaceScorer scorer
            ? GraphScoring.Score(this, scorer, paths, options, cancellation)
            : RowScoring.Score(_context, _pipeline, PictureCropper.Crop(paths, Detector, CropOptions, options, cancellation), cancellation);
        foreach (var verdict in verdicts)
            yield return verdict;
    }

    /// <summary>Probability of fake and verdict that this model gives to a score, for scores that were drawn together.</summary>
    /// <param name="score">The score.</param>
    /// <returns>The probability, 0 to 1, NaN for NaN; and whether that is called fake, false for NaN.</returns>
    public (float Probability, bool IsFake) Judge(float score)
    {
        var calibration = Calibration ?? Uncalibrated;
        return (calibration.Probability(score), calibration.IsFake(score));
    }

    /// <summary>What scores batches of faces as this model does: one graph where it is put together as the library does it, otherwise its own pipeline.</summary>
    /// <exception cref="InvalidOperationException">The device cannot be used, or the model was not made ready for the precision.</exception>
    internal IFaceScorer CreateScorer(int threads, int? gpuDeviceId = null, bool fallbackToCpu = false, ScoringPrecision precision = ScoringPrecision.Full)
    {
        if (precision == ScoringPrecision.EightBit)
            return CreateInt8Scorer(threads);
        if (Graph is null)
            return CreateRowScorer();
        var scorer = new GraphFaceScorer(Graph, PartMeans, threads, gpuDeviceId, fallbackToCpu);
        if (_isOwn)
            return scorer;
        var pipeline = CreateRowScorer();
        // Stages between may have exchanged columns: what a graph cannot tell, faces do.
        FaceCrops[] probes = [FaceCrops.Probe(), FaceCrops.Probe(isOther: true)];
        if (scorer.Score(probes).Zip(pipeline.Score(probes)).All(scores => Math.Abs(scores.First.Score - scores.Second.Score) <= ProbeTolerance * Math.Max(1, Math.Abs(scores.Second.Score))))
            return scorer;
        scorer.Dispose();
        return pipeline;
    }

    private GraphFaceScorer CreateInt8Scorer(int threads)
    {
        if (Graph is not { HasInt8: true } graph)
            throw new InvalidOperationException($"{Name}: this model was not made ready for 8 bits. cdnet models quantize (ModelQuantization) does it; or score in 32 bits.");
        if (!_isOwn)
        {
            // What is true of its graph in 32 bits is true in 8.
            using var full = CreateScorer(threads);
            if (full is not GraphFaceScorer)
                throw new InvalidOperationException($"{Name}: its stages are not those of the library alone; only the library's own form can compute in 8 bits. Score in 32 bits.");
        }
        return new GraphFaceScorer(graph, PartMeans, threads, precision: ScoringPrecision.EightBit);
    }

    /// <summary>What scores faces by the model's own pipeline, row by row.</summary>
    internal PipelineFaceScorer CreateRowScorer() => new(_context, _pipeline.Value.BehindCrops);

    /// <summary>Saves the model with a calibration behind its decision; one that it has already no longer counts. This one stays as it is.</summary>
    /// <param name="calibration">The calibration.</param>
    /// <param name="path">The zip to write; it may be the one that this model was loaded from.</param>
    /// <param name="distances">
    /// <see cref="FaceVerdict.Distance"/> of the faces that the calibration comes from, by which the saved model tells how familiar a face is (<see cref="FaceVerdict.Familiarity"/>). Fewer than 100, or null, change nothing of what it tells.
    /// </param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveCalibrated(ScoreCalibration calibration, string path, IEnumerable<float>? distances = null)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var scores = _context.Data.LoadFromEnumerable(Array.Empty<ScoreColumn>());
        using var stage = new ScoreCalibrator(new ScoreCalibrationOptions { Calibration = calibration }).Fit(scores);
        var scale = FamiliarityScale.Of(distances ?? []);
        ModelSeal.Save(path, partial =>
        {
            _context.Model.Save(new TransformerChain<ITransformer>(_pipeline.Value.Model, stage), _pipeline.Value.Schema, partial);
            if (scale is not null)
                SavedModelRewriter.ChangeNetwork(partial, scale.AddTo);
        });
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Detector.Dispose();
        if (_scorer.IsValueCreated)
            _scorer.Value.Dispose();
        if (_pipeline.IsValueCreated)
            _pipeline.Value.Dispose();
    }

    internal static CDNetModel Load(byte[] zip, string name, bool isOwn = false)
    {
        using var stream = new MemoryStream(zip, writable: false);
        var isSealed = BundleCheck.Run(stream, name);
        ModelArchive archive;
        FacePartCropOptions? crops;
        try
        {
            archive = ModelArchive.Read(stream, name);
            crops = CropStateGraph.Read(archive);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{name}: no model zip, or a damaged one. {e.Message}", e);
        }
        if (crops is null)
            throw new InvalidDataException($"{name}: a zip, but no model that finds faces. Expected one that cdnet train or a pipeline with CropFaceParts has saved.");
        var context = new MLContext { TempFilePath = ProcessTempFolder.Path };
        var pipeline = new Lazy<SavedPipeline>(() => SavedPipeline.Load(context, zip, name));
        if (!isOwn)
            _ = pipeline.Value;
        try
        {
            return new CDNetModel(name, zip, context, pipeline, crops, archive, isSealed, isOwn);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (pipeline.IsValueCreated)
                pipeline.Value.Dispose();
            throw e is InvalidDataException ? e : new InvalidDataException($"{name}: a damaged model. {e.Message}", e);
        }
    }

    private static long Elements(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, size) => product * size);

    private sealed class ScoreColumn
    {
        public float Score { get; set; }
    }
}
