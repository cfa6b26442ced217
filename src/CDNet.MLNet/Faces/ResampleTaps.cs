namespace CDNet.MLNet.Faces;

/// <summary>Which source pixels make each pixel of a scaled line, and with what weight. Weights of one pixel sum to 1, or to less where black lies beyond the line.</summary>
internal sealed class ResampleTaps
{
    private readonly (int Source, float Weight)[] _taps;
    private readonly int[] _starts;

    private ResampleTaps((int Source, float Weight)[] taps, int[] starts)
    {
        _taps = taps;
        _starts = starts;
    }

    /// <summary>Source pixel and weight of each contribution to one pixel of the result.</summary>
    public ReadOnlySpan<(int Source, float Weight)> At(int target) => _taps.AsSpan(_starts[target].._starts[target + 1]);

    /// <summary>The first source pixel that is read and how many follow, itself included.</summary>
    public (int First, int Count) Extent()
    {
        var (first, last) = (int.MaxValue, 0);
        foreach (var (source, _) in _taps)
            (first, last) = (Math.Min(first, source), Math.Max(last, source));
        return _taps.Length == 0 ? (0, 0) : (first, last - first + 1);
    }

    /// <summary>Builds the contributions for scaling a stretch of a line.</summary>
    /// <param name="start">Start of the stretch in source pixels.</param>
    /// <param name="length">Length of the stretch in source pixels, above 0.</param>
    /// <param name="targets">Number of pixels it becomes.</param>
    /// <param name="sourceCount">Number of pixels of the line.</param>
    /// <param name="useArea">Area averaging when shrinking, otherwise a triangle that widens.</param>
    /// <param name="isBlackBeyond">Whether black lies beyond the line; otherwise its border repeats.</param>
    public static ResampleTaps For(double start, double length, int targets, int sourceCount, bool useArea, bool isBlackBeyond)
    {
        var scale = length / targets;
        var taps = new List<(int, float)>(targets * 4);
        var starts = new int[targets + 1];
        var isBox = useArea && scale > 1;
        var reach = isBox ? scale / 2 : Math.Max(scale, 1);
        for (var target = 0; target < targets; target++)
        {
            var center = start + (target + 0.5) * scale;
            var first = (int)Math.Floor(center - reach);
            var last = (int)Math.Ceiling(center + reach);
            var begin = taps.Count;
            var total = 0.0;
            for (var source = first; source < last; source++)
            {
                var weight = isBox
                    ? Math.Min(source + 1, center + reach) - Math.Max(source, center - reach)
                    : 1 - Math.Abs(source + 0.5 - center) / reach;
                if (weight <= 0)
                    continue;
                total += weight;
                var inside = Math.Clamp(source, 0, sourceCount - 1);
                if (isBlackBeyond && inside != source)
                    continue;
                if (taps.Count > begin && taps[^1].Item1 == inside)
                    taps[^1] = (inside, taps[^1].Item2 + (float)weight);
                else
                    taps.Add((inside, (float)weight));
            }
            for (var i = begin; i < taps.Count; i++)
                taps[i] = (taps[i].Item1, (float)(taps[i].Item2 / total));
            starts[target + 1] = taps.Count;
        }
        return new ResampleTaps([.. taps], starts);
    }
}
