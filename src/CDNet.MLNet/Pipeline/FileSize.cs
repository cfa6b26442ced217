namespace CDNet.MLNet.Pipeline;

/// <summary>Refuses files that are too large for what they are to be, before anything of them is read.</summary>
internal static class FileSize
{
    /// <summary>Refuses.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Most bytes.</param>
    /// <param name="what">What it is to be, with its article.</param>
    /// <exception cref="InvalidDataException">It has more; the message says how many.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static void Require(string path, long most, string what) => Require(path, new FileInfo(path).Length, most, what);

    /// <summary>The same for a size that is known.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="bytes">How many bytes it has.</param>
    /// <param name="most">Most bytes.</param>
    /// <param name="what">What it is to be, with its article.</param>
    /// <exception cref="InvalidDataException">It has more; the message says how many.</exception>
    public static void Require(string name, long bytes, long most, string what)
    {
        if (bytes > most)
            throw new InvalidDataException($"{name}: {bytes:N0} bytes are too many for {what} (at most {most:N0}).");
    }
}
