namespace CDNet.MLNet.Scoring;

/// <summary>What a model's network computes in.</summary>
public enum ScoringPrecision
{
    /// <summary>32 bits.</summary>
    Full,

    /// <summary>
    /// Its convolutions in 8 bits: about twice as fast on processors with integer instructions for it (AVX-512 VNNI and later), not on others, and scores that differ a little; docs/performance.md says how fast and docs/results.md
    /// how much. Only with models that were made ready for it (<see cref="ModelQuantization"/>), as the one that comes with the library is.
    /// </summary>
    EightBit,
}
