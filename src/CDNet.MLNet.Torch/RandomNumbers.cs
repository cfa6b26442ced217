namespace CDNet.MLNet.Torch;

/// <summary>Draws from distributions.</summary>
internal static class RandomNumbers
{
    /// <summary>True with a probability.</summary>
    public static bool NextBool(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>Evenly from a range.</summary>
    public static double Next(this Random random, AugmentationRange range) => range.Least + (range.Most - range.Least) * random.NextDouble();

    /// <summary>Evenly from -limit to limit.</summary>
    public static double NextWithin(this Random random, double limit) => limit * (2 * random.NextDouble() - 1);

    /// <summary>From the normal distribution with mean 0 and deviation 1 (Box and Muller's transform).</summary>
    public static double NextGaussian(this Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
