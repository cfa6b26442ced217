using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.Cli.Inputs;

/// <summary>What is trained on: pictures, or a prepared set of crops.</summary>
/// <param name="Data">Rows with a label, a source video and, where the data is split, a validation flag.</param>
/// <param name="IsSplit">Whether a split validates; else a fraction of the source videos does.</param>
/// <param name="Crops">How faces are found and cut out.</param>
/// <param name="Skipped">What was left out before the training.</param>
/// <param name="IsPrepared">Whether the rows have crops instead of pictures.</param>
internal sealed record TrainingSource(IDataView Data, bool IsSplit, FacePartCropOptions Crops, IReadOnlyList<SkippedItem> Skipped, bool IsPrepared)
{
    private const string TrainSplit = "train";
    private const string ValidationSplit = "val";

    /// <summary>Pictures, or a prepared set, for a training.</summary>
    /// <param name="context">The context.</param>
    /// <param name="data">Folder, CSV or prepared set.</param>
    /// <param name="root">What relative paths in a CSV are relative to, or null.</param>
    /// <param name="manifest">Manifest by name or file, or null.</param>
    /// <param name="search">How faces are found.</param>
    /// <param name="limit">Most training pictures; 0 for all.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    /// <exception cref="ArgumentException">A prepared set was made with another detector, confidence or second look.</exception>
    public static TrainingSource Open(
        MLContext context, string data, string? root, string? manifest, FaceSearch search, int limit, int seed)
    {
        if (!PreparedSet.IsIn(data))
            return OfPictures(context, NamedInputs.OpenPictures(data, root, manifest), search.ToOptions(), limit, seed);
        var prepared = PreparedSet.Open(data, isThorough: true);
        search.RequireOf(prepared);
        return OfPrepared(context, prepared, limit, seed);
    }

    /// <summary>Labelled pictures: training and validation rows; without splits every row trains and a fraction of the source videos validates.</summary>
    public static TrainingSource OfPictures(MLContext context, PictureSet set, FacePartCropOptions crops, int limit, int seed)
    {
        var training = Drawn(set.InSplit(TrainSplit), limit, seed);
        var validation = set.SplitNames.Contains(ValidationSplit) ? Drawn(set.InSplit(ValidationSplit), ForValidation(limit), seed) : [];
        List<PictureRow> rows =
            [.. training.Select(picture => new PictureRow(picture, isValidation: false)), .. validation.Select(picture => new PictureRow(picture, isValidation: true))];
        return new TrainingSource(context.Data.LoadFromEnumerable(rows), validation.Count > 0, crops, set.Skipped, IsPrepared: false);
    }

    /// <summary>A prepared set.</summary>
    /// <exception cref="InvalidDataException">The set is not complete, or has no split to train on.</exception>
    public static TrainingSource OfPrepared(MLContext context, PreparedSet set, int limit, int seed)
    {
        var isSplit = set.SplitNames.Contains(ValidationSplit);
        if (set.SplitNames.Count > 0 && !set.SplitNames.Contains(TrainSplit))
            throw new InvalidDataException($"The data has no split {TrainSplit}; it has {string.Join(", ", set.SplitNames)}.");
        var limits = set.SplitNames.Count == 0
            ? new Dictionary<string, int> { [""] = limit }
            : new Dictionary<string, int> { [TrainSplit] = limit, [ValidationSplit] = ForValidation(limit) };
        var rows = set.LoadLimited(limits, seed);
        // Only read while training, so that it needs no contract.
        var flag = context.Transforms.CustomMapping<SplitOfRow, ValidationFlag>(static (row, flag) => flag.IsValidation = row.Split == ValidationSplit, contractName: null);
        var flagged = flag.Fit(rows).Transform(rows);
        return new TrainingSource(context.Transforms.DecodeCrops().Fit(flagged).Transform(flagged), isSplit, set.CropOptions, set.Damaged, IsPrepared: true);
    }

    /// <summary>Trains.</summary>
    /// <returns>A model that scores pictures by their paths, what the method fitted to, and the schema to save the model with.</returns>
    public (ITransformer Model, CDNetTransformer Method, DataViewSchema Schema) Fit(MLContext context, CDNetOptions options)
    {
        var trainer = context.BinaryClassification.Trainers.CDNet(options);
        var pictures = IsPrepared ? context.Data.LoadFromEnumerable(Array.Empty<PictureRow>()) : Data;
        var loader = context.Transforms.LoadPictures().Fit(pictures);
        var method = IsPrepared ? trainer.FitCrops(Data) : trainer.Fit(loader.Transform(Data));
        return (new TransformerChain<ITransformer>(loader, method), method, pictures.Schema);
    }

    private static int ForValidation(int limit) => limit == 0 ? 0 : Math.Max(1, limit / 4);

    private static IReadOnlyList<LabeledPicture> Drawn(IReadOnlyList<LabeledPicture> pictures, int limit, int seed)
        => SourceDraw.Of(pictures, picture => picture.SourceVideo, limit, seed);

    private sealed class SplitOfRow
    {
        public string Split { get; set; } = "";
    }

    private sealed class ValidationFlag
    {
        public bool IsValidation { get; set; }
    }
}
