namespace CDNet.MLNet.Torch.Training;

/// <summary>Sources of random numbers that depend on nothing but the seed and the place where they are used, so that a resumed training finds the same ones.</summary>
internal static class RandomStream
{
    /// <summary>The source for a place, for example stage and epoch.</summary>
    public static Random Of(int seed, params ReadOnlySpan<int> place)
    {
        var state = (ulong)(uint)seed;
        foreach (var number in place)
            state = Mix(state + (ulong)(uint)number);
        return new Random((int)(Mix(state) >> 33));
    }

    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input moves every bit of the output.
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
