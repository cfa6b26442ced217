using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Decision;

/// <summary>Decides between real and fake by the fully connected head of stage 1: what the paper's Table 2 compares the cluster decision with.</summary>
/// <remarks>
/// Estimator characteristics: needs no data to fit; machine learning task: binary classification; input float vector of a known size that carries a head,
/// as SamFeatures makes it with the head FullyConnected; output <c>Score</c>, <c>Probability</c>, <c>PredictedLabel</c>.
/// </remarks>
public sealed class FullyConnectedDecisionTrainer : IEstimator<FullyConnectedDecisionTransformer>
{
    private readonly FullyConnectedDecisionOptions _options;

    /// <summary>Creates the estimator; <c>mlContext.BinaryClassification.Trainers.FullyConnectedDecision</c> does this.</summary>
    /// <param name="options">Column and head; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public FullyConnectedDecisionTrainer(FullyConnectedDecisionOptions? options = null)
    {
        _options = options ?? new FullyConnectedDecisionOptions();
        _options.Validate();
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The feature column is missing, has another type, or carries no head.</exception>
    public FullyConnectedDecisionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (features, size) = input.Schema.RequireFeatures(_options.FeatureColumnName, nameof(FullyConnectedDecisionTrainer));
        var head = _options.Head ?? Carried(features);
        if (head.Length != size)
            throw new ArgumentException($"The head has {head.Length} weights, the column {features.Name} has {size} features.", nameof(input));

        var chain = new StageChain(input)
            .Copy((HeadColumns.Features, _options.FeatureColumnName))
            .Onnx(FullyConnectedDecisionGraph.Build(head), [HeadColumns.Features], [HeadColumns.Verdict, HeadColumns.Weights, HeadColumns.Bias])
            .Map<FullyConnectedDecisionMapping.Source, FullyConnectedDecisionMapping.Target>(
                FullyConnectedDecisionMapping.Map, FullyConnectedDecisionMapping.Contract)
            .Drop(HeadColumns.Features, HeadColumns.Verdict, HeadColumns.Weights, HeadColumns.Bias);
        return new FullyConnectedDecisionTransformer(chain.Build(), head);
    }

    /// <inheritdoc />
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(_options.FeatureColumnName, nameof(FullyConnectedDecisionTrainer));
        return inputSchema.With(SchemaShapes.Verdict());
    }

    private static FullyConnectedHead Carried(DataViewSchema.Column features)
    {
        if (features.Annotations.Schema.GetColumnOrNull(HeadAnnotations.Weights) is null)
        {
            throw new ArgumentException(
                $"The column {features.Name} carries no fully connected head. Put SamFeatures with the option Head = FullyConnected before FullyConnectedDecision, "
                + "or give it a head in its options.", nameof(features));
        }
        VBuffer<float> weights = default, bias = default;
        features.Annotations.GetValue(HeadAnnotations.Weights, ref weights);
        features.Annotations.GetValue(HeadAnnotations.Bias, ref bias);
        return new FullyConnectedHead([.. weights.DenseValues()], bias.GetItemOrDefault(0));
    }
}

/// <summary>What <see cref="FullyConnectedDecisionTrainer"/> fits to.</summary>
public sealed class FullyConnectedDecisionTransformer : WrappedTransformer
{
    internal FullyConnectedDecisionTransformer(ITransformer inner, FullyConnectedHead head)
        : base(inner) => Head = head;

    /// <summary>The head.</summary>
    public FullyConnectedHead Head { get; }
}
