namespace CDNet.MLNet.Networks.Quantization;

/// <summary>The numbers that a tensor takes, as bytes hold them: 0 is one of them, so that padding stays exact.</summary>
internal readonly record struct ActivationRange
{
    private const int Steps = byte.MaxValue;

    /// <param name="least">The smallest number; 0 where that is larger.</param>
    /// <param name="most">The largest number; 0 where that is smaller.</param>
    /// <exception cref="InvalidDataException">They are no finite numbers.</exception>
    public ActivationRange(float least, float most)
    {
        if (!float.IsFinite(most - least))
            throw new InvalidDataException($"A range for 8 bits is from {least} to {most}.");
        (Least, Most) = (Math.Min(0, least), Math.Max(0, most));
    }

    /// <summary>At most 0.</summary>
    public float Least { get; }

    /// <summary>At least 0.</summary>
    public float Most { get; }

    /// <summary>What one step of the byte is worth.</summary>
    public float Scale => Most > Least ? (Most - Least) / Steps : 1;

    /// <summary>The byte that stands for 0.</summary>
    public byte ZeroPoint => (byte)Math.Round(-Least / Scale);
}
