namespace CDNet.MLNet.Data.Manifests;

/// <summary>Something below a folder.</summary>
/// <param name="Path">Its path below the folder, with <c>/</c>.</param>
/// <param name="Entry">The file or the folder.</param>
/// <param name="Error">Why a folder could not be read.</param>
internal readonly record struct WalkedEntry(string Path, FileSystemInfo Entry, string? Error = null);

/// <summary>All that lies below a folder, by path; a folder that cannot be read is said so and does not stop the rest.</summary>
internal static class FolderWalk
{
    /// <summary>Walks. Linked folders are followed, each once, so that a link to a folder above does not go round for ever.</summary>
    public static IEnumerable<WalkedEntry> Below(string root) => Walk(new DirectoryInfo(root), "", new HashSet<string>(StringComparer.Ordinal) { Target(new DirectoryInfo(root)) });

    private static IEnumerable<WalkedEntry> Walk(DirectoryInfo folder, string prefix, HashSet<string> visited)
    {
        FileSystemInfo[] entries = [];
        string? error = null;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = e.Message;
        }
        if (error is not null)
            yield return new WalkedEntry(prefix.TrimEnd('/'), folder, error);
        foreach (var entry in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            yield return new WalkedEntry(prefix + entry.Name, entry);
            if (entry is not DirectoryInfo below || (entry.LinkTarget is not null && !visited.Add(Target(below))))
                continue;
            foreach (var deeper in Walk(below, $"{prefix}{entry.Name}/", visited))
                yield return deeper;
        }
    }

    private static string Target(DirectoryInfo folder) => (folder.ResolveLinkTarget(returnFinalTarget: true) ?? folder).FullName;
}
