using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Decision;

/// <summary>How features become a verdict by a fully connected head.</summary>
public sealed record FullyConnectedDecisionOptions
{
    /// <summary>The feature column, float vectors of a known size. Default: Features.</summary>
    public string FeatureColumnName { get; init; } = FaceColumns.Features;

    /// <summary>The head to use. Default: null, the one that the feature column carries.</summary>
    public FullyConnectedHead? Head { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate() => ArgumentException.ThrowIfNullOrWhiteSpace(FeatureColumnName);
}
