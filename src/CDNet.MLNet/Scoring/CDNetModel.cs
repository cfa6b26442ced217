using System.Collections.Concurrent;
using CDNet.MLNet.Calibration;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Data;
using CDNet.MLNet.Decision;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Sam;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Scoring;

/// <summary>A saved model that scores every face of pictures, and says what it consists of.</summary>
/// <remarks>The scores are those of the ML.NET pipeline to the last bit. One enumeration at a time; several models may be used side by side.</remarks>
public sealed class CDNetModel : IDisposable
{
    private readonly MLContext _context;
    private readonly ITransformer _model;
    private readonly TransformerChain<ITransformer> _behindCrops;
    private readonly FaceDetector _detector;

    private CDNetModel(MLContext context, ITransformer model, TransformerChain<ITransformer> behindCrops, FacePartCropOptions crops, ModelArchive archive)
    {
        (_context, _model, _behindCrops, CropOptions) = (context, model, behindCrops, crops);
        _detector = new FaceDetector(crops.Detector!);
        Centres = ClusterDecisionGraph.ReadCentres(archive);
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
        }
    }

    /// <summary>How the model finds and cuts out faces, with its detector.</summary>
    public FacePartCropOptions CropOptions { get; }

    /// <summary>The two centres (Eq. 1), or null where the model decides in another way.</summary>
    public ClusterCentres? Centres { get; }

    /// <summary>The fully connected head, or null where the model decides in another way.</summary>
    public FullyConnectedHead? Head { get; }

    /// <summary>How scores become probabilities and verdicts, or null where they are those of the decision itself.</summary>
    public ScoreCalibration? Calibration { get; }

    /// <summary>The network of the features, for example sam, or null where they are not CDNet's.</summary>
    public string? Network { get; }

    /// <summary>Numbers in the scoring network, batch norms folded in; 0 where the features are not CDNet's.</summary>
    public long Parameters { get; }

    /// <summary>How the network was trained, as JSON, or null.</summary>
    public string? TrainingJson { get; }

    /// <summary>Loads a model zip.</summary>
    /// <param name="path">The file that <c>mlContext.Model.Save</c> or <c>cdnet train</c> wrote.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model, a damaged one, one of another version, or one that crops no faces.</exception>
    public static CDNetModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such model file.", path);
        ModelArchive archive;
        FacePartCropOptions? crops;
        try
        {
            using var zip = File.OpenRead(path);
            archive = ModelArchive.Read(zip, path);
            crops = CropStateGraph.Read(archive);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{path}: no model zip, or a damaged one. {e.Message}", e);
        }
        if (crops is null)
            throw new InvalidDataException($"{path}: a zip, but no model that finds faces. Expected one that cdnet train or a pipeline with CropFaceParts has saved.");
        return Load(path, archive, crops);
    }

    /// <summary>Scores every face of pictures.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    /// <returns>A verdict for each face, in the order of the files and by falling confidence; one for a picture without a face, one for a picture that failed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<FaceVerdict> Score(IEnumerable<string> paths, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        // ML.NET reads rows ahead on other threads, but gives them back in order: what waits here is in order too, and each face carries its number.
        var waiting = new ConcurrentQueue<(FaceVerdict? Verdict, CroppedFace? Face, long Number)>();
        var scored = _behindCrops.Transform(_context.Data.LoadFromEnumerable(Rows()));
        DataViewSchema.Column Find(string name) => scored.Schema.Require(name, nameof(CDNetModel));
        var (number, score, probability, label) = (Find(nameof(CropRow.Number)), Find(FaceColumns.Score), Find(FaceColumns.Probability), Find(FaceColumns.PredictedLabel));
        using var cursor = scored.GetRowCursor([number, score, probability, label]);
        var (getNumber, getLabel) = (cursor.GetGetter<long>(number), cursor.GetGetter<bool>(label));
        var (getScore, getProbability) = (cursor.GetGetter<float>(score), cursor.GetGetter<float>(probability));
        while (MoveNext(cursor, cancellation))
        {
            var (numberValue, scoreValue, probabilityValue, isFake) = (0L, 0f, 0f, false);
            getNumber(ref numberValue);
            getScore(ref scoreValue);
            getProbability(ref probabilityValue);
            getLabel(ref isFake);
            CroppedFace? face = null;
            while (face is null && waiting.TryDequeue(out var next))
            {
                if (next.Verdict is not null)
                    yield return next.Verdict;
                else if (next.Number == numberValue)
                    face = next.Face;
                else
                    throw new InvalidOperationException($"Row {numberValue} came out where row {next.Number} was expected.");
            }
            yield return face!.ToVerdict(scoreValue, probabilityValue, isFake);
        }
        while (waiting.TryDequeue(out var last))
            yield return last.Verdict!;

        IEnumerable<CropRow> Rows()
        {
            var count = 0L;
            foreach (var picture in PictureCropper.Crop(paths, _detector, CropOptions, cancellation))
            {
                if (picture.WithoutFaces is { } verdict)
                    waiting.Enqueue((verdict, null, -1));
                foreach (var (face, crops) in picture.Faces)
                {
                    waiting.Enqueue((null, face, count));
                    yield return CropRow.Of(crops, count++);
                }
            }
        }
    }

    /// <summary>Scores the rows of a prepared set: the most confident face of each picture or frame, in the order of the set.</summary>
    /// <param name="set">The set; its faces were found and cut out as this model does it.</param>
    /// <param name="split">The split, where the data is split; null for all rows.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    /// <exception cref="InvalidDataException">The set was made with another detector or other crop options, or has no such split.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> Score(PreparedSet set, string? split = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        set.RequireCropsOf(CropOptions);
        var rows = split is null ? set.Load() : set.Load(split);
        return PreparedVerdicts.Read(_behindCrops.Transform(new CropDecoder().Fit(rows).Transform(rows)), cancellation);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _detector.Dispose();
        (_model as IDisposable)?.Dispose();
    }

    private static CDNetModel Load(string path, ModelArchive archive, FacePartCropOptions crops)
    {
        var context = new MLContext { TempFilePath = ProcessTempFolder.Path };
        ITransformer model;
        try
        {
            model = context.Model.Load(path, out _);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException(
                $"{path}: ML.NET cannot load the model. It is damaged, or a version of CDNet.MLNet wrote it that this one does not know ({typeof(CDNetModel).Assembly.GetName().Version}). {e.Message}", e);
        }
        return ModelStages.BehindCrops(model) is { } behindCrops
            ? new CDNetModel(context, model, behindCrops, crops, archive)
            : throw new InvalidDataException($"{path}: the model's cropping stage is of another version of CDNet.MLNet.");
    }

    internal static bool MoveNext(DataViewRowCursor cursor, CancellationToken cancellation)
    {
        try
        {
            return cursor.MoveNext();
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // ML.NET wraps what its reading thread threw.
            throw new OperationCanceledException(cancellation);
        }
    }

    private static long Elements(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, size) => product * size);
}
