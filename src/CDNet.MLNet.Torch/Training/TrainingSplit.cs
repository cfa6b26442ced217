namespace CDNet.MLNet.Torch.Training;

/// <summary>Which cached rows train and which validate.</summary>
/// <param name="Training">Indices of the training rows.</param>
/// <param name="Validation">Indices of the validation rows.</param>
internal sealed record TrainingSplit(int[] Training, int[] Validation)
{
    /// <summary>Splits by the flag column where there is one, else takes whole groups at random until the fraction is reached.</summary>
    /// <exception cref="InvalidOperationException">The training side lacks a class, or the flags leave the validation side empty.</exception>
    public static TrainingSplit Of(CropCache rows, SamFeatureOptions options)
    {
        var split = options.ValidationColumnName is null ? ByFraction(rows, options) : ByFlag(rows);
        var fakes = split.Training.Count(row => rows[row].IsFake);
        var reals = split.Training.Length - fakes;
        if (fakes == 0 || reals == 0)
        {
            throw new InvalidOperationException(
                $"The training data has {fakes} fake and {reals} real rows with a face and a label; training needs both classes. Look at the column {options.LabelColumnName}.");
        }
        return split;
    }

    private static TrainingSplit ByFlag(CropCache rows)
    {
        var all = Enumerable.Range(0, rows.Count).ToLookup(row => rows[row].IsValidation == true);
        return new TrainingSplit([.. all[false]], [.. all[true]]);
    }

    private static TrainingSplit ByFraction(CropCache rows, SamFeatureOptions options)
    {
        var wanted = (int)Math.Round(rows.Count * options.ValidationFraction);
        var groups = Enumerable.Range(0, rows.Count).GroupBy(row => rows[row].Group).Select(group => group.ToArray()).ToArray();
        new Random(options.Seed).Shuffle(groups);
        var validation = new List<int>();
        var training = new List<int>();
        foreach (var group in groups)
            (validation.Count + group.Length <= wanted ? validation : training).AddRange(group);
        training.Sort();
        validation.Sort();
        return new TrainingSplit([.. training], [.. validation]);
    }
}
