namespace CDNet.MLNet.Data;

/// <summary>Some of a list, from all over it.</summary>
internal static class EvenSample
{
    /// <summary>At most so many of a list, evenly spaced, in its order; the same each time.</summary>
    public static T[] Of<T>(IReadOnlyList<T> all, int most)
    {
        var count = Math.Min(most, all.Count);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
    }
}
