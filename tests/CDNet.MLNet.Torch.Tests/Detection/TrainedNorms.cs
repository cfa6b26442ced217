using CDNet.MLNet.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Detection;

/// <summary>Networks whose batch norms are not at their initial numbers, so that folding them is seen.</summary>
internal static class TrainedNorms
{
    /// <summary>Gives all batch norms other numbers. Leaves the network in evaluation mode.</summary>
    public static T Of<T>(T network)
        where T : nn.Module
    {
        ChannelsLast.ApplyToKernels(network);
        using var guard = no_grad();
        foreach (var (norm, i) in network.Layers<BatchNorm2d>().Select((norm, i) => (norm, i)))
        {
            norm.weight!.fill_(1 + 0.1f * (i % 3));
            norm.bias!.fill_(0.05f * (i % 4));
            norm.running_mean!.fill_(0.02f * (i % 5));
            norm.running_var!.fill_(1 + 0.2f * (i % 2));
        }
        network.eval();
        return network;
    }
}
