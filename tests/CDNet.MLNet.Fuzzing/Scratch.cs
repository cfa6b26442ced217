namespace CDNet.MLNet.Fuzzing;

/// <summary>Files for readers that take paths: in memory where the system has such a folder.</summary>
internal static class Scratch
{
    private static readonly DirectoryInfo Folder = Create();

    /// <summary>Writes a file for a reader.</summary>
    public static string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder.FullName, name);
        using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 });
        stream.Write(bytes);
        return path;
    }

    /// <summary>A path in the folder.</summary>
    public static string PathOf(string name) => Path.Combine(Folder.FullName, name);

    private static DirectoryInfo Create()
    {
        var memory = "/dev/shm";
        var folder = Directory.Exists(memory) ? Directory.CreateDirectory(Path.Combine(memory, $"cdnet-fuzz-{Environment.ProcessId}")) : Directory.CreateTempSubdirectory("cdnet-fuzz-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        return folder;
    }
}
