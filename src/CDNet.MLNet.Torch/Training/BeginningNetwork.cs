using CDNet.MLNet.Sam;
using CDNet.MLNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>The network that a training begins with, on its device.</summary>
/// <param name="Network">The network: random numbers, or those of <paramref name="From"/>, whose batch norms are still folded.</param>
/// <param name="From">The saved model that it goes on from; null where it begins anew, or a checkpoint has all its numbers.</param>
internal sealed record BeginningNetwork(FeatureNetwork Network, StartingModel? From)
{
    /// <summary>Creates it.</summary>
    /// <param name="cache">The rows.</param>
    /// <param name="training">Those that train.</param>
    /// <param name="options">How to train.</param>
    /// <param name="device">Where.</param>
    /// <param name="precision">What convolutions compute in.</param>
    /// <param name="resumed">The numbers of a checkpoint, which are put into it later; null where there is none.</param>
    /// <exception cref="FileNotFoundException">The model to start from is not there.</exception>
    /// <exception cref="InvalidDataException">The model to start from is damaged, or of another version.</exception>
    /// <exception cref="ArgumentException">The model to start from has another network; or an option asks for what the network does not have.</exception>
    public static BeginningNetwork Of(CropCache cache, int[] training, SamFeatureOptions options, Device device, ComputePrecision precision, IReadOnlyDictionary<string, Tensor>? resumed)
    {
        var network = NetworkRegistry.Find(options.Network, nameof(options.Network)).Create(precision, new Random(options.Seed));
        if (options.ProjectionRate != 1 && network.Projection is null)
            throw new ArgumentException($"{nameof(options.ProjectionRate)} is {options.ProjectionRate}, but the network {options.Network} has no last layer that mixes what it has seen.", nameof(options));
        if (resumed is not null && resumed.Keys.Any(name => name.EndsWith(SamWidening.Weights, StringComparison.Ordinal)))
            network.Widen();
        var start = resumed is null && options.StartFrom is { } model ? StartingModel.Load(model, network, SamColumns.Signature(cache.Sizes)) : null;
        if (start is null)
        {
            var (mean, deviation) = AmplitudeStatistics.Of(cache, training);
            network.SetAmplitudeStatistics(mean, deviation);
        }
        start?.CopyTo(network);
        network.to(device);
        ChannelsLast.ApplyToKernels(network);
        return new BeginningNetwork(network, start);
    }
}
