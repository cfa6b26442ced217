namespace CDNet.MLNet.Benchmarks;

/// <summary>What is said of several measurements of one thing.</summary>
internal static class Statistics
{
    /// <summary>The value in the middle, the upper one of two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
