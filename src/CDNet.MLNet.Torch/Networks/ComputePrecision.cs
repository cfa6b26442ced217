using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>The number format that convolutions compute in; weights, statistics and the optimiser stay in 32 bits.</summary>
/// <remarks>TorchSharp has no automatic mixed precision for processors, so the casts are part of the graph.</remarks>
internal sealed class ComputePrecision(ScalarType type)
{
    public bool IsReduced => type != ScalarType.Float32;

    /// <summary>The tensor in the compute format: itself where it already is.</summary>
    public Tensor Cast(Tensor x) => x.to(type);

    public Tensor Convolve(Tensor x, Tensor kernel, long stride, long pad, long groups)
        => nn.functional.conv2d(x, Cast(kernel), null, [stride, stride], [pad, pad], [1, 1], groups);

    /// <summary>A convolution with a kernel of 1x1.</summary>
    public Tensor Mix(Tensor x, Tensor kernel, long stride = 1) => PointwiseConvolution.Of(x, Cast(kernel), stride: stride);
}
