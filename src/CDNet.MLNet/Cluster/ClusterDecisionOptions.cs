using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Cluster;

/// <summary>How features become a verdict by their distances to two centres.</summary>
public sealed record ClusterDecisionOptions
{
    /// <summary>The label column, Boolean: true is fake. A number is taken too: above 0 is fake, NaN is left out. Default: Label.</summary>
    public string LabelColumnName { get; init; } = FaceColumns.Label;

    /// <summary>The feature column, float vectors of a known size. Default: Features.</summary>
    public string FeatureColumnName { get; init; } = FaceColumns.Features;

    /// <summary>How the distances become a score. Default: the ratio that the paper's authors evaluate.</summary>
    public ClusterScoreForm ScoreForm { get; init; } = ClusterScoreForm.Ratio;

    /// <summary>The centres to use. Default: null, those that the feature column carries, else the class means of the training data.</summary>
    public ClusterCentres? Centres { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(LabelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(FeatureColumnName);
        Check.Defined(ScoreForm, nameof(ScoreForm));
    }
}
