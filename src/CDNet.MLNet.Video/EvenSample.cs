namespace CDNet.MLNet.Video;

/// <summary>Positions at even distances.</summary>
internal static class EvenSample
{
    /// <summary>The middles of <paramref name="count"/> equal parts of 0 to <paramref name="total"/> - 1; every position once where there are no more than that.</summary>
    public static IEnumerable<int> Indices(int total, int count)
    {
        var parts = Math.Min(total, count);
        return Enumerable.Range(0, parts).Select(part => (int)((2L * part + 1) * total / (2L * parts)));
    }
}
