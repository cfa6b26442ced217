namespace CDNet.MLNet.Fuzzing;

/// <summary>A reader of bytes from outside, as the fuzzer calls it.</summary>
/// <param name="Name">The name on the command line, and of its folders in Corpus and Regressions.</param>
/// <param name="Read">Reads an input. What it may throw is <see cref="Allowed"/>.</param>
internal sealed record Reader(string Name, Action<byte[]> Read)
{
    /// <summary>The exceptions that the reader documents. Derived ones count, except of <see cref="Exception"/> itself.</summary>
    public IReadOnlyList<Type> Allowed { get; init; } = [typeof(InvalidDataException)];

    /// <summary>Inputs that are made anew each time, beside those of the corpus.</summary>
    public Func<IEnumerable<byte[]>> Seeds { get; init; } = () => [];

    /// <summary>Words of the format, which the mutator puts in.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Makes a mutated input whole where the format has checksums, so that the reader looks behind them.</summary>
    public Func<byte[], byte[]>? Repair { get; init; }

    /// <summary>Most bytes that one input may make the reader allocate on the managed heap.</summary>
    public long MaxAllocation { get; init; } = 64L << 20;

    /// <summary>Whether it calls large native libraries, or writes files: thousands of executions, not millions.</summary>
    public bool IsSlow { get; init; }
}
