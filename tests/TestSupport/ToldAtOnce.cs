namespace CDNet.TestSupport;

/// <summary>Progress that is told at once, one report after the other; <see cref="Progress{T}"/> tells later, on other threads.</summary>
/// <param name="tell">Receives each report.</param>
public sealed class ToldAtOnce<T>(Action<T> tell) : IProgress<T>
{
    private readonly Lock _gate = new();

    public void Report(T value)
    {
        lock (_gate)
            tell(value);
    }
}
