using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace CDNet.MLNet.Data;

/// <summary>Loads pictures from a column of paths with <see cref="PictureReader"/>; one that cannot be read does not stop the others.</summary>
/// <remarks>
/// Estimator characteristics: needs no data to fit; input text; output an <see cref="MLImage"/>, null where the file cannot be read, and
/// <c>ImageError</c>, a text that says why, empty where it can. CropFaceParts treats a null as a picture without a face.
/// </remarks>
public sealed class PictureLoader : IEstimator<ITransformer>
{
    /// <summary>The column that says why a picture could not be read; empty where it could.</summary>
    public const string ErrorColumnName = "ImageError";

    private readonly string _output;
    private readonly string _input;

    /// <summary>Creates the estimator; <c>mlContext.Transforms.LoadPictures</c> does this.</summary>
    /// <param name="outputColumnName">The column of pictures that comes out.</param>
    /// <param name="inputColumnName">The column of paths, absolute or relative to the current folder.</param>
    public PictureLoader(string outputColumnName, string inputColumnName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        (_output, _input) = (outputColumnName, inputColumnName);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The data has no such column of text.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema.Require(_input, nameof(PictureLoader)).Type is not TextDataViewType)
            throw new ArgumentException($"The column {_input} is {input.Schema[_input].Type}; LoadPictures needs paths as text.", nameof(input));
        return new StageChain(input)
            .Copy((PictureLoadMapping.PathColumn, _input))
            .Map<PictureLoadMapping.Source, PictureLoadMapping.Target>(PictureLoadMapping.Map, PictureLoadMapping.Contract)
            .Copy((_output, PictureLoadMapping.PictureColumn), (ErrorColumnName, PictureLoadMapping.ErrorColumn))
            .Drop(PictureLoadMapping.PathColumn, PictureLoadMapping.PictureColumn, PictureLoadMapping.ErrorColumn)
            .Build();
    }

    /// <inheritdoc />
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(_input, nameof(PictureLoader));
        return inputSchema.With(SchemaShapes.Image(_output), SchemaShapes.Scalar<string>(ErrorColumnName, TextDataViewType.Instance));
    }
}

/// <summary>Reads the picture of a path.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PictureLoadMapping : CustomMappingFactory<PictureLoadMapping.Source, PictureLoadMapping.Target>
{
    public const string Contract = "CDNet.MLNet.Data.PictureLoad/1";
    public const string PathColumn = "__cdnet.load.path";
    public const string PictureColumn = "__cdnet.load.picture";
    public const string ErrorColumn = "__cdnet.load.error";

    internal sealed class Source
    {
        [ColumnName(PathColumn)]
        public string Path { get; set; } = "";
    }

    internal sealed class Target
    {
        [ColumnName(PictureColumn)]
        public MLImage? Picture { get; set; }

        [ColumnName(ErrorColumn)]
        public string Error { get; set; } = "";
    }

    public override Action<Source, Target> GetMapping() => Map;

    public static void Map(Source source, Target target)
    {
        try
        {
            target.Picture = PictureReader.Read(source.Path);
            target.Error = "";
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            target.Picture = null;
            target.Error = e.Message;
        }
    }
}
