using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Onnx;

/// <summary>Lets ONNX Runtime multiply bytes without overflow.</summary>
internal static class IntegerKernels
{
    private const int ExtendedFeatures = 7;
    private const int Avx512VnniInEcx = 1 << 11;
    private const int AvxVnniInEax = 1 << 4;

    /// <summary>Whether the processor adds up products of bytes in 32 bits at once (VNNI). On x64 without it the sum of two products may overflow 16 bits.</summary>
    public static bool HasVnni { get; } = X86Base.IsSupported
        && ((X86Base.CpuId(ExtendedFeatures, 0).Ecx & Avx512VnniInEcx) != 0 || (X86Base.CpuId(ExtendedFeatures, 1).Eax & AvxVnniInEax) != 0);

    /// <summary>Chooses the kernels that cannot overflow. With VNNI none does, and the others are slower.</summary>
    public static void Configure(SessionOptions options)
    {
        if (!HasVnni)
            options.AddSessionConfigEntry("session.x64quantprecision", "1");
    }
}
