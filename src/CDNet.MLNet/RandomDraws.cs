namespace CDNet.MLNet;

/// <summary>Draws that are even over a range.</summary>
internal static class RandomDraws
{
    /// <summary>True with a probability.</summary>
    public static bool NextBool(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>Evenly from -limit to limit.</summary>
    public static double NextWithin(this Random random, double limit) => limit * (2 * random.NextDouble() - 1);
}
