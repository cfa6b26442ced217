using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Cluster;

/// <summary>Decides between real and fake by the distances to two class centres (section 3.3 of the paper, Eq. 5).</summary>
/// <remarks>
/// <para>Estimator characteristics: needs data to fit unless the features carry centres; machine learning task: binary classification; input float
/// vector of a known size and, to fit, a Boolean label; output <c>Score</c>, <c>Probability</c>, <c>PredictedLabel</c>, <c>DistanceToReal</c>,
/// <c>DistanceToFake</c>.</para>
/// <para>Behind SamFeatures it takes the centres that were trained with the features; behind any other featurizer, the class means.</para>
/// </remarks>
public sealed class ClusterDecisionTrainer : IEstimator<ClusterDecisionTransformer>
{
    private readonly ClusterDecisionOptions _options;

    /// <summary>Creates the estimator; <c>mlContext.BinaryClassification.Trainers.ClusterDecision</c> does this.</summary>
    /// <param name="options">Columns and score; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ClusterDecisionTrainer(ClusterDecisionOptions? options = null)
    {
        _options = options ?? new ClusterDecisionOptions();
        _options.Validate();
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">A column is missing or has another type.</exception>
    /// <exception cref="InvalidOperationException">A class has no row with features and a label.</exception>
    public ClusterDecisionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (features, size) = input.Schema.RequireFeatures(_options.FeatureColumnName, nameof(ClusterDecisionTrainer));
        var centres = _options.Centres ?? Carried(features) ?? LabeledFeatures.Means(input, features, _options.LabelColumnName);
        if (centres.Length != size)
            throw new ArgumentException($"The centres have {centres.Length} numbers, the column {features.Name} has {size}.", nameof(input));

        var chain = new StageChain(input)
            .Copy((ClusterColumns.Features, _options.FeatureColumnName))
            .Onnx(
                ClusterDecisionGraph.Build(centres, _options.ScoreForm),
                [ClusterColumns.Features],
                [ClusterColumns.Verdict, ClusterColumns.FakeCentre, ClusterColumns.RealCentre])
            .Map<ClusterDecisionMapping.Source, ClusterDecisionMapping.Target>(ClusterDecisionMapping.Map, ClusterDecisionMapping.Contract)
            .Drop(ClusterColumns.Features, ClusterColumns.Verdict, ClusterColumns.FakeCentre, ClusterColumns.RealCentre);
        return new ClusterDecisionTransformer(chain.Build(), centres);
    }

    /// <inheritdoc />
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(_options.FeatureColumnName, nameof(ClusterDecisionTrainer));
        return inputSchema.With(
        [
            .. SchemaShapes.Verdict(),
            SchemaShapes.Scalar<float>(FaceColumns.DistanceToReal, NumberDataViewType.Single),
            SchemaShapes.Scalar<float>(FaceColumns.DistanceToFake, NumberDataViewType.Single),
        ]);
    }

    private static ClusterCentres? Carried(DataViewSchema.Column features)
    {
        if (features.Annotations.Schema.GetColumnOrNull(CentreAnnotations.Fake) is null)
            return null;
        VBuffer<float> fake = default, real = default;
        features.Annotations.GetValue(CentreAnnotations.Fake, ref fake);
        features.Annotations.GetValue(CentreAnnotations.Real, ref real);
        return new ClusterCentres([.. fake.DenseValues()], [.. real.DenseValues()]);
    }
}

/// <summary>What <see cref="ClusterDecisionTrainer"/> fits to.</summary>
public sealed class ClusterDecisionTransformer : WrappedTransformer
{
    internal ClusterDecisionTransformer(ITransformer inner, ClusterCentres centres)
        : base(inner) => Centres = centres;

    /// <summary>The two centres (Eq. 1). <see cref="ModelCentres"/> reads them from a loaded model.</summary>
    public ClusterCentres Centres { get; }
}
