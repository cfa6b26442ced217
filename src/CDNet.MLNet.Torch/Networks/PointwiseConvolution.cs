using TorchSharp;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>Convolutions with kernels of 1x1: each pixel's channels are mixed by one matrix.</summary>
/// <remarks>
/// oneDNN 3.7.1, which libtorch 2.10 has inside, computes some of them wrongly in 32 bits where channels lie together (on an AMD EPYC of Zen 5, with AVX-512 and held to AVX2): by half of the largest number, silently. With 36, 80, 112,
/// 176 or 208 outputs half or more are wrong, with 512, 1,024 or 2,048 those of some sides, numbers of pictures and of threads; up to 32, and with a multiple of 32 up to 256, none of thousands was. So all others are computed as the
/// products of matrices that they are.
/// </remarks>
internal static class PointwiseConvolution
{
    private const int Block = 32;
    private const int MostOutputs = 256;

    /// <summary>Mixes the channels of each pixel.</summary>
    /// <param name="x">[N,C,H,W], best with the channels together.</param>
    /// <param name="kernel">[O,C,1,1], of the type of <paramref name="x"/>.</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="stride">Every how many pixels one counts, in both directions.</param>
    /// <returns>[N,O,H/stride,W/stride], rounded up.</returns>
    public static Tensor Of(Tensor x, Tensor kernel, Tensor? bias = null, long stride = 1)
        => IsRightInOneDnn(x, kernel.shape[0]) ? nn.functional.conv2d(x, kernel, bias, [stride, stride]) : Product(x, kernel, bias, stride);

    private static bool IsRightInOneDnn(Tensor x, long outputs)
        => x.dtype != ScalarType.Float32 || x.device.type != DeviceType.CPU || outputs <= Block || (outputs % Block == 0 && outputs <= MostOutputs);

    private static Tensor Product(Tensor x, Tensor kernel, Tensor? bias, long stride)
    {
        using var scope = NewDisposeScope();
        if (stride > 1)
            x = x.slice(2, 0, x.shape[2], stride).slice(3, 0, x.shape[3], stride);
        return nn.functional.linear(x.permute(0, 2, 3, 1), kernel.flatten(1), bias).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
