namespace CDNet.MLNet.Data;

/// <summary>Finds out that a disk is full or a folder must not be written to, and says so with the file's name.</summary>
internal static class DiskFault
{
    /// <summary>What the disk said, or null where something else went wrong.</summary>
    public static Exception? Find(Exception e) => Causes(e).FirstOrDefault(IsOfTheDisk);

    /// <summary>The exception and those behind it; ML.NET wraps what its threads met.</summary>
    public static IEnumerable<Exception> Causes(Exception e)
        => e is AggregateException several ? several.Flatten().InnerExceptions.SelectMany(Causes) : e.InnerException is { } inner ? Causes(inner).Prepend(e) : [e];

    /// <summary>The error that names the file.</summary>
    public static IOException Naming(string path, Exception fault) => fault is NamedException named ? named : new NamedException($"{path}: cannot be written: {fault.Message}", fault);

    // .NET says of a file that is larger than the system allows (EFBIG) that its length is an argument out of range.
    private static bool IsOfTheDisk(Exception e)
        => e is (IOException and not (FileNotFoundException or EndOfStreamException)) or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    private sealed class NamedException(string message, Exception inner) : IOException(message, inner);
}
