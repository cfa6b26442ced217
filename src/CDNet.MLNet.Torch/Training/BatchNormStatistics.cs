using CDNet.MLNet.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Measures the means and variances of all batch norms anew, or keeps them.</summary>
/// <remarks>
/// The running averages lag behind the weights. In the first epochs that lag is large enough to put the two centres on top of each other,
/// from where stage 2 does not recover.
/// </remarks>
internal static class BatchNormStatistics
{
    /// <summary>Averages the statistics of some batches with equal weight. Leaves the network in evaluation mode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batches">The batches.</param>
    /// <param name="forward">Sends a batch through the network.</param>
    public static void Measure<TBatch>(nn.Module network, IEnumerable<TBatch> batches, Action<TBatch> forward)
    {
        using var guard = no_grad();
        var norms = network.Layers<BatchNorm2d>().ToArray();
        var momentum = norms[0].momentum;
        network.train();
        var seen = 0;
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            // The first batch replaces what was there; the n-th one counts 1/n.
            foreach (var norm in norms)
                norm.momentum = 1.0 / (seen + 1);
            forward(batch);
            seen++;
        }
        foreach (var norm in norms)
            norm.momentum = momentum;
        network.eval();
    }

    /// <summary>Has the batch norms of a network in training mode apply the statistics that they have, and keep them.</summary>
    /// <param name="network">The network.</param>
    public static void Freeze(nn.Module network)
    {
        foreach (var norm in network.Layers<BatchNorm2d>())
            norm.eval();
    }
}
