namespace CDNet.MLNet.Networks;

/// <summary>A tensor of trained numbers, row-major.</summary>
internal sealed record WeightTensor(long[] Shape, float[] Values);

/// <summary>The trained numbers of a network, by name.</summary>
/// <remarks>
/// Convolutions: <c>NAME.weight</c> [out, in / groups, height, width]. Batch norms: <c>NAME.weight</c>, <c>.bias</c>, <c>.running_mean</c>,
/// <c>.running_var</c>. The names inside a backbone are those of <see cref="BackboneNames"/>.
/// </remarks>
internal sealed class NetworkWeights(IReadOnlyDictionary<string, WeightTensor> tensors)
{
    /// <summary>What batch norms add to the variance.</summary>
    public const float BatchNormEpsilon = 1e-5f;

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message names it.</exception>
    public WeightTensor this[string name]
        => tensors.TryGetValue(name, out var tensor) ? tensor : throw new KeyNotFoundException($"The weights have no tensor {name}.");

    /// <summary>Whether there is a tensor of a name.</summary>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>A convolution with the batch norm behind it folded in: what is left is a convolution with a bias.</summary>
    public (WeightTensor Kernel, float[] Bias) Folded(string convolution, string batchNorm)
    {
        var kernel = this[convolution + ".weight"];
        var (scale, shift) = (this[batchNorm + ".weight"].Values, this[batchNorm + ".bias"].Values);
        var (mean, variance) = (this[batchNorm + ".running_mean"].Values, this[batchNorm + ".running_var"].Values);
        var values = new float[kernel.Values.Length];
        var bias = new float[scale.Length];
        var perOutput = values.Length / scale.Length;
        for (var output = 0; output < scale.Length; output++)
        {
            var factor = scale[output] / Math.Sqrt((double)variance[output] + BatchNormEpsilon);
            for (var i = output * perOutput; i < (output + 1) * perOutput; i++)
                values[i] = (float)(kernel.Values[i] * factor);
            bias[output] = (float)(shift[output] - mean[output] * factor);
        }
        return (kernel with { Values = values }, bias);
    }
}
