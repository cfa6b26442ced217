using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Frequency;

/// <summary>Describes each image by 128 amplitudes of its exact two-dimensional DCT-II (section 3.2 of the paper).</summary>
/// <remarks>
/// Estimator characteristics: needs no data to fit; input byte[3,height,width] of any size, 0 to 255; output float[128]. Runs in ONNX Runtime;
/// <see cref="DctAmplitudes"/> gives the same numbers without it.
/// </remarks>
public sealed class DctAmplitudeFeaturizer : IEstimator<DctAmplitudeTransformer>
{
    private readonly DctAmplitudeOptions _options;

    /// <summary>Creates the estimator; <c>mlContext.Transforms.DctAmplitude</c> does this.</summary>
    /// <param name="options">Columns, bands and scale; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public DctAmplitudeFeaturizer(DctAmplitudeOptions? options = null)
    {
        _options = options ?? new DctAmplitudeOptions();
        _options.Validate();
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">A column is missing or is not byte[3,height,width].</exception>
    public DctAmplitudeTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var images = _options.Columns.Select(pair => ToImage(input.Schema, pair)).ToArray();
        string[] inputs = [.. images.Select(image => image.Input)];
        string[] outputs = [.. images.Select(image => image.Output)];
        var chain = new StageChain(input)
            .Copy(_options.Columns.Zip(inputs, (pair, name) => (name, pair.InputColumnName)))
            .Onnx(DctAmplitudeGraph.Build(images, _options), inputs, outputs)
            .Copy(_options.Columns.Zip(outputs, (pair, name) => (pair.OutputColumnName, name)))
            .Drop([.. inputs, .. outputs]);
        return new DctAmplitudeTransformer(chain.Build(), _options);
    }

    /// <inheritdoc />
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var pair in _options.Columns)
            inputSchema.Require(pair.InputColumnName, nameof(DctAmplitudeFeaturizer));
        return inputSchema.With(
            [.. _options.Columns.Select(pair => SchemaShapes.Vector<float>(pair.OutputColumnName, NumberDataViewType.Single, DctAmplitudes.Length))]);
    }

    private static DctAmplitudeGraph.Image ToImage(DataViewSchema schema, InputOutputColumnPair pair)
    {
        var type = schema.Require(pair.InputColumnName, nameof(DctAmplitudeFeaturizer)).Type;
        return type is VectorDataViewType { ItemType: NumberDataViewType item, Dimensions: [3, var height, var width] } && item == NumberDataViewType.Byte
            ? new DctAmplitudeGraph.Image(DctAmplitudeGraph.InputOf(pair.InputColumnName), DctAmplitudeGraph.OutputOf(pair.OutputColumnName), height, width)
            : throw new ArgumentException($"The column {pair.InputColumnName} is {type}; DctAmplitude needs bytes of the shape [3,height,width].", nameof(schema));
    }
}

/// <summary>What <see cref="DctAmplitudeFeaturizer"/> fits to.</summary>
public sealed class DctAmplitudeTransformer : WrappedTransformer
{
    internal DctAmplitudeTransformer(ITransformer inner, DctAmplitudeOptions options)
        : base(inner) => Options = options;

    /// <summary>The options it was made with.</summary>
    public DctAmplitudeOptions Options { get; }
}
