namespace CDNet.MLNet.Data;

/// <summary>Writes files so that a name never stands for half of one.</summary>
internal static class WholeFile
{
    /// <summary>Has a file written beside its name and gives it its name then. Where that fails, nothing of it is left and what had the name keeps it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it to the path that it is given.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to; the message names the file.</exception>
    public static void Write(string path, Action<string> write) => Write(path, path + ".partial", write);

    /// <summary>As <see cref="Write(string, Action{string})"/>, for files that several processes may write.</summary>
    /// <param name="path">The file.</param>
    /// <param name="partial">The name to write under: another one in each process.</param>
    /// <param name="write">Writes it to the path that it is given.</param>
    public static void Write(string path, string partial, Action<string> write)
    {
        try
        {
            write(partial);
            using (var stream = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
                stream.Flush(flushToDisk: true);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e)
        {
            Remove(partial);
            if (DiskFault.Find(e) is { } fault)
                throw DiskFault.Naming(path, fault);
            throw;
        }
    }

    /// <summary>Removes what an interrupted writing left; what cannot be removed has no name of a finished file.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is written over the next time.
        }
    }
}
