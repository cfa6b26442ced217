namespace CDNet.MLNet.Data;

/// <summary>Draws a part of the data by whole sources, so that a fake stays together with the recording that it was made of.</summary>
internal static class SourceDraw
{
    /// <summary>Draws items.</summary>
    /// <param name="items">What is drawn from.</param>
    /// <param name="sourceOf">The source of an item.</param>
    /// <param name="limit">Most items; 0 for all.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <returns>All items where the limit allows it, in their order. Else as many as the limit, source after source in random order; the last source may be cut short.</returns>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> items, Func<T, string> sourceOf, int limit, int seed)
    {
        if (limit == 0 || items.Count <= limit)
            return items;
        var sources = items.GroupBy(sourceOf).ToArray();
        new Random(seed).Shuffle(sources);
        return [.. sources.SelectMany(source => source).Take(limit)];
    }
}
