using System.Numerics.Tensors;

namespace CDNet.MLNet.Decision;

/// <summary>A fully connected layer from features to the log-odds of fake: the head of stage 1 as it was trained (section 3.3 of the paper).</summary>
/// <remarks>Of a head with two outputs, one for each class, these are the differences: fake minus real.</remarks>
public sealed record FullyConnectedHead
{
    /// <summary>Makes a head.</summary>
    /// <param name="weights">A weight for each feature.</param>
    /// <param name="bias">What is added to the weighted sum.</param>
    /// <exception cref="ArgumentException">There are no weights, or a number is not finite.</exception>
    public FullyConnectedHead(float[] weights, float bias)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Length == 0)
            throw new ArgumentException("The head has no weights; expected at least 1.", nameof(weights));
        if (!weights.All(float.IsFinite) || !float.IsFinite(bias))
            throw new ArgumentException("The head holds a number that is not finite.", nameof(weights));
        (Weights, Bias) = (weights, bias);
    }

    /// <summary>A weight for each feature.</summary>
    public float[] Weights { get; }

    /// <summary>What is added to the weighted sum.</summary>
    public float Bias { get; }

    /// <summary>How many features it takes.</summary>
    public int Length => Weights.Length;

    /// <summary>The log-odds of fake; above 0 is fake. NaN where a feature is NaN.</summary>
    /// <param name="features">As many as there are weights.</param>
    /// <exception cref="ArgumentException">Their number is another one.</exception>
    public float Score(ReadOnlySpan<float> features)
        => features.Length == Length
            ? TensorPrimitives.Dot(features, Weights) + Bias
            : throw new ArgumentException($"{features.Length} features for a head of {Length}.", nameof(features));
}
