using TorchSharp;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>Sums of tensors, and numbers for them, that live as long as libtorch looks at them.</summary>
/// <remarks>
/// TorchSharp hands a number to libtorch as a <see cref="Scalar"/> that is made for the call, the factor of a plain sum of two tensors too, and nothing holds it during the call: where the collector runs at that moment, the finalizer frees
/// it before libtorch has read it, which throws "Expected false to be true". Hours of training meet such a moment on a busy machine, so what runs in every step takes numbers that something holds.
/// </remarks>
internal static class Arithmetic
{
    /// <summary>0.</summary>
    public static readonly Scalar Zero = 0;

    /// <summary>One half.</summary>
    public static readonly Scalar Half = 0.5;

    /// <summary>1.</summary>
    public static readonly Scalar One = 1;

    /// <summary>left + right.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);

    /// <summary>1 - x.</summary>
    public static Tensor Opposite(this Tensor x) => ones_like(x) - x;
}
