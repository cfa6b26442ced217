namespace CDNet.MLNet.Data.Manifests;

/// <summary>The words that mean real and fake in a file of somebody else's.</summary>
internal sealed class LabelValues
{
    private readonly Dictionary<string, bool> _isFake = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="InvalidDataException">A word means both, or there is none for a class.</exception>
    public LabelValues(IReadOnlyList<string> real, IReadOnlyList<string> fake, string where)
    {
        if (real.Count == 0 || fake.Count == 0)
            throw new InvalidDataException($"{where}: real and fake need at least one value each.");
        foreach (var (value, isFake) in real.Select(value => (value, false)).Concat(fake.Select(value => (value, true))))
        {
            if (!_isFake.TryAdd(value, isFake))
                throw new InvalidDataException($"{where}: the value '{value}' is given twice.");
        }
    }

    /// <summary>Whether a word means fake; null where it means nothing.</summary>
    public bool? Read(string value) => _isFake.TryGetValue(value.Trim(), out var isFake) ? isFake : null;

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", _isFake.Select(pair => $"'{pair.Key}' ({(pair.Value ? "fake" : "real")})"));
}
