namespace CDNet.Cli.Commands;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>All done.</summary>
    public const int Done = 0;

    /// <summary>Some items failed; the report says which.</summary>
    public const int SomeFailed = 1;

    /// <summary>Wrong usage or input.</summary>
    public const int Usage = 2;

    /// <summary>Cancelled.</summary>
    public const int Cancelled = 3;
}
