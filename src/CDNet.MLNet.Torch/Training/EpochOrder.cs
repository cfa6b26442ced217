namespace CDNet.MLNet.Torch.Training;

/// <summary>The rows of an epoch in the order in which they are trained on.</summary>
internal static class EpochOrder
{
    /// <summary>Draws the order.</summary>
    /// <param name="sampling">Which rows.</param>
    /// <param name="rows">The training rows; stays as it is.</param>
    /// <param name="of">What is known of a row.</param>
    /// <param name="random">Source of the order, the epoch's own.</param>
    /// <returns>
    /// Shuffled: every row once. Paired: every row once, a fake row and a real one of the same group beside each other as far as there are both. Balanced: as many as there
    /// are rows, one fewer where their number is odd; half of them of each class. No row of a class comes twice more often than another of it.
    /// </returns>
    public static int[] Of(ClassSampling sampling, int[] rows, Func<int, CachedRow> of, Random random) => sampling switch
    {
        ClassSampling.Paired => Paired(rows, of, random),
        ClassSampling.Balanced => Balanced(rows, row => of(row).IsFake, random),
        _ => Shuffled(rows, random),
    };

    private static int[] Shuffled(int[] rows, Random random)
    {
        var all = (int[])rows.Clone();
        random.Shuffle(all);
        return all;
    }

    private static int[] Paired(int[] rows, Func<int, CachedRow> of, Random random)
    {
        var units = rows.GroupBy(row => of(row).Group).SelectMany(group => Pairs([.. group], row => of(row).IsFake, random)).ToArray();
        random.Shuffle(units);
        return [.. units.SelectMany(unit => unit)];
    }

    /// <summary>The rows of one source in twos, a fake and a real; those that are left over alone.</summary>
    private static IEnumerable<int[]> Pairs(int[] rows, Func<int, bool> isFake, Random random)
    {
        random.Shuffle(rows);
        int[] fakes = [.. rows.Where(isFake)];
        int[] reals = [.. rows.Where(row => !isFake(row))];
        var pairs = Math.Min(fakes.Length, reals.Length);
        return fakes.Zip(reals, (fake, real) => new[] { fake, real }).Concat([.. fakes.Skip(pairs).Concat(reals.Skip(pairs)).Select(row => new[] { row })]);
    }

    private static int[] Balanced(int[] rows, Func<int, bool> isFake, Random random)
    {
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
