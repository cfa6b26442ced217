using System.Runtime.InteropServices;

namespace CDNet.MLNet.Torch;

/// <summary>Draws from distributions.</summary>
internal static class RandomNumbers
{
    private static readonly float[] Normal = NormalTable();

    /// <summary>Evenly from a range.</summary>
    public static double Next(this Random random, AugmentationRange range) => range.Least + (range.Most - range.Least) * random.NextDouble();

    /// <summary>From the normal distribution with mean 0 and deviation 1 (Box and Muller's transform).</summary>
    public static double NextGaussian(this Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Many numbers from the normal distribution, for noise: drawn from 65,536 of them, which takes a tenth of the time.</summary>
    public static float[] NextGaussians(this Random random, int count)
    {
        var bytes = new byte[2 * count];
        random.NextBytes(bytes);
        var numbers = new float[count];
        var indices = MemoryMarshal.Cast<byte, ushort>(bytes);
        for (var i = 0; i < count; i++)
            numbers[i] = Normal[indices[i]];
        return numbers;
    }

    // Scaled so that mean and deviation are 0 and 1 exactly, whatever was drawn.
    private static float[] NormalTable()
    {
        var random = new Random(1);
        var drawn = Enumerable.Range(0, ushort.MaxValue + 1).Select(_ => random.NextGaussian()).ToArray();
        var mean = drawn.Average();
        var deviation = Math.Sqrt(drawn.Average(value => (value - mean) * (value - mean)));
        return Array.ConvertAll(drawn, value => (float)((value - mean) / deviation));
    }
}
