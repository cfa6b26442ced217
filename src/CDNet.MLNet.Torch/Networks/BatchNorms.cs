using CDNet.MLNet.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>Makes the batch norms of all networks.</summary>
internal static class BatchNorms
{
    /// <summary>A batch norm with the epsilon that scoring folds away.</summary>
    /// <param name="channels">Its channels.</param>
    public static BatchNorm2d Of(int channels)
    {
        var norm = nn.BatchNorm2d(channels, NetworkWeights.BatchNormEpsilon);
        // A count of batches, which nobody reads, is raised in every step by a number that nothing holds: see Arithmetic.
        norm.num_batches_tracked = null;
        return norm;
    }
}
