using System.Security.Cryptography;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>Finds files with the same bytes. Only files of one size are read.</summary>
internal static class DuplicateFiles
{
    /// <summary>Groups of two and more files with the same bytes.</summary>
    public static IEnumerable<IReadOnlyList<ManifestFile>> Find(IEnumerable<ManifestFile> files, CancellationToken cancellation)
        => from size in files.GroupBy(file => file.Bytes)
           where size.Key > 0 && size.Skip(1).Any()
           from same in size.GroupBy(file => Hash(file.FullPath, cancellation))
           where same.Key.Length > 0 && same.Skip(1).Any()
           select (IReadOnlyList<ManifestFile>)[.. same];

    /// <summary>Says what two files with the same bytes mean: two labels contradict each other, two splits leak.</summary>
    public static ManifestProblem Judge(IReadOnlyList<ManifestFile> same)
    {
        var first = same[0];
        var other = same.FirstOrDefault(file => file.IsFake != first.IsFake) ?? same.FirstOrDefault(file => file.Split != first.Split) ?? same[1];
        var more = same.Count > 2 ? $" (and {same.Count - 2} more)" : "";
        var (kind, why) = other.IsFake != first.IsFake ? (ProblemKind.Contradictory, $"but one is {(first.IsFake ? "fake" : "real")} and one {(other.IsFake ? "fake" : "real")}")
            : other.Split != first.Split ? (ProblemKind.Contradictory, $"but one is in {first.Split} and one in {other.Split}")
            : (ProblemKind.Duplicate, "so one of them could go");
        return new ManifestProblem(kind, first.Path, $"the same bytes as {other.Path}{more}, {why}");
    }

    private static string Hash(string path, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
