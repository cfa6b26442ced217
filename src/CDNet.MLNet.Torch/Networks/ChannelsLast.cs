using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>The memory layout in which the channels of a pixel lie together; the shape stays [N,C,H,W].</summary>
internal static class ChannelsLast
{
    /// <summary>A copy in this layout.</summary>
    public static Tensor Of(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Gives the kernels of all convolutions of a network this layout. Call it before the optimiser is made.</summary>
    public static void ApplyToKernels(nn.Module network)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var convolution in network.Layers<Conv2d>())
        {
            var kernel = new Parameter(Of(convolution.weight!.detach()));
            kernel.DetachFromDisposeScope();
            convolution.weight = kernel;
        }
    }
}
