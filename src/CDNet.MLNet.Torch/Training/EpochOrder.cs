namespace CDNet.MLNet.Torch.Training;

/// <summary>The rows of an epoch in the order in which they are trained on.</summary>
internal static class EpochOrder
{
    /// <summary>Draws the order.</summary>
    /// <param name="sampling">Which rows.</param>
    /// <param name="rows">The training rows; stays as it is.</param>
    /// <param name="isFake">Label of a row.</param>
    /// <param name="random">Source of the order, the epoch's own.</param>
    /// <returns>
    /// Shuffled: every row once. Balanced: as many as there are rows, one fewer where their number is odd; half of them of each class. No row of a class
    /// comes twice more often than another of it.
    /// </returns>
    public static int[] Of(ClassSampling sampling, int[] rows, Func<int, bool> isFake, Random random)
    {
        if (sampling == ClassSampling.Shuffled)
        {
            var all = (int[])rows.Clone();
            random.Shuffle(all);
            return all;
        }
        var half = rows.Length / 2;
        int[] drawn = [.. Draw([.. rows.Where(isFake)], half, random), .. Draw([.. rows.Where(row => !isFake(row))], half, random)];
        random.Shuffle(drawn);
        return drawn;
    }

    /// <summary>Goes through the rows in one random order after the other until there are enough.</summary>
    private static List<int> Draw(int[] rows, int count, Random random)
    {
        if (rows.Length == 0)
            throw new ArgumentException("A class has no rows; balanced sampling needs both.", nameof(rows));
        var drawn = new List<int>(count);
        while (drawn.Count < count)
        {
            random.Shuffle(rows);
            drawn.AddRange(rows.AsSpan(0, Math.Min(rows.Length, count - drawn.Count)));
        }
        return drawn;
    }
}
