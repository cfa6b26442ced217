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
    {
        // oneDNN 3.7.1, which libtorch has inside, gives wrong results for kernels of 1x1 with a stride in 32 bits (channels last, 400 outputs and more, AVX-512 on an AMD EPYC of Zen 5). They only ever see each second pixel.
        if (!IsReduced && stride > 1 && kernel.shape[2] == 1 && kernel.shape[3] == 1 && pad == 0)
            (x, stride) = (x.slice(2, 0, x.shape[2], stride).slice(3, 0, x.shape[3], stride), 1);
        return nn.functional.conv2d(x, Cast(kernel), null, [stride, stride], [pad, pad], [1, 1], groups);
    }
}
