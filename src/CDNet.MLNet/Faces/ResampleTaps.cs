namespace CDNet.MLNet.Faces;

/// <summary>Which source pixels make each pixel of a scaled line, and with what weight. Weights of one pixel sum to 1, or to less where black lies beyond the line.</summary>
internal sealed class ResampleTaps
{
    private readonly int[] _firsts;
    private readonly float[] _weights;
    private readonly int[] _starts;

    private ResampleTaps(int[] firsts, float[] weights, int[] starts) => (_firsts, _weights, _starts) = (firsts, weights, starts);

    /// <summary>The first source pixel of one pixel of the result; the others follow it.</summary>
    public int First(int target) => _firsts[target];

    /// <summary>The weights of the source pixels of one pixel of the result; none where it is black.</summary>
    public ReadOnlySpan<float> Weights(int target) => _weights.AsSpan(_starts[target].._starts[target + 1]);

    /// <summary>The first source pixel that is read and how many follow, itself included.</summary>
    public (int First, int Count) Extent()
    {
        var (first, end) = (int.MaxValue, 0);
        for (var target = 0; target < _firsts.Length; target++)
        {
            var count = _starts[target + 1] - _starts[target];
            if (count > 0)
                (first, end) = (Math.Min(first, _firsts[target]), Math.Max(end, _firsts[target] + count));
        }
        return end == 0 ? (0, 0) : (first, end - first);
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
        var isBox = useArea && scale > 1;
        var reach = isBox ? scale / 2 : Math.Max(scale, 1);
        var weights = new List<float>(targets * ((int)Math.Ceiling(2 * reach) + 1));
        var (firsts, starts) = (new int[targets], new int[targets + 1]);
        for (var target = 0; target < targets; target++)
        {
            var center = start + (target + 0.5) * scale;
            var first = (int)Math.Floor(center - reach);
            var last = (int)Math.Ceiling(center + reach);
            var begin = weights.Count;
            var total = 0.0;
            var previous = -1;
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
                if (inside == previous)
                {
                    weights[^1] += (float)weight;
                }
                else
                {
                    if (weights.Count == begin)
                        firsts[target] = inside;
                    weights.Add((float)weight);
                    previous = inside;
                }
            }
            for (var i = begin; i < weights.Count; i++)
                weights[i] = (float)(weights[i] / total);
            starts[target + 1] = weights.Count;
        }
        return new ResampleTaps(firsts, [.. weights], starts);
    }
}
