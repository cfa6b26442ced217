using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>Sources of random numbers for an epoch that depend on nothing but where it is, so that a training that is resumed draws the same ones.</summary>
/// <param name="Seed">The seed of the options.</param>
/// <param name="Stage">1 or 2.</param>
/// <param name="Epoch">From 1.</param>
internal readonly record struct EpochSeed(int Seed, int Stage, int Epoch)
{
    /// <summary>The source for the order of the rows.</summary>
    public Random ForOrder() => Source(-1);

    /// <summary>The source for the changes of a row of the cache.</summary>
    public Random ForRow(int row) => Source(row);

    private Random Source(int index) => new((int)XxHash3.HashToUInt64(MemoryMarshal.AsBytes<int>([Seed, Stage, Epoch, index])));
}
