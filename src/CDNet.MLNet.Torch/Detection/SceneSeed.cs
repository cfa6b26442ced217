namespace CDNet.MLNet.Torch.Detection;

/// <summary>Sources of random numbers that depend on the seed and the number of a scene alone.</summary>
internal static class SceneSeed
{
    /// <summary>The source of a scene.</summary>
    // Not System.HashCode, which differs from process to process.
    public static Random Source(int seed, long number) => new(unchecked((int)(((ulong)seed * 0x9E3779B97F4A7C15UL + (ulong)number * 0xBF58476D1CE4E5B9UL) >> 32)));
}
