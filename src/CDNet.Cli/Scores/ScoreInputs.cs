using System.Security.Cryptography;
using System.Text;
using CDNet.MLNet.Data;
using Microsoft.Extensions.FileSystemGlobbing;

namespace CDNet.Cli.Scores;

/// <summary>What a command is to score.</summary>
/// <param name="Files">The files, each once, in the order in which they were named.</param>
/// <param name="Empty">What named no file, and why.</param>
internal sealed record ScoreInputs(IReadOnlyList<string> Files, IReadOnlyList<SkippedItem> Empty)
{
    /// <summary>Stands for the lines of standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Files as they are, folders as what is below them, patterns as what fits them; nothing is passed over in silence.</summary>
    /// <param name="paths">Files, folders, patterns (with * and **), or <see cref="StandardInput"/> for a list of those, one a line.</param>
    /// <param name="extensions">Endings of the files that folders are searched for.</param>
    /// <param name="lines">Standard input.</param>
    public static ScoreInputs Of(IEnumerable<string> paths, IReadOnlyList<string> extensions, TextReader lines)
    {
        var (files, empty) = (new List<string>(), new List<SkippedItem>());
        foreach (var path in paths.SelectMany(path => path == StandardInput ? Lines(lines) : [path]))
        {
            if (Directory.Exists(path))
                Add(PictureSet.FilesBelow(path, extensions), path, $"no pictures and no videos ({string.Join(", ", extensions)}) in this folder.");
            else if (!File.Exists(path) && path.AsSpan().ContainsAny('*', '?'))
                Add(Matches(path), path, "no file fits this pattern.");
            else
                files.Add(path);
        }
        return new ScoreInputs([.. files.Distinct()], empty);

        void Add(IReadOnlyCollection<string> found, string path, string reason)
        {
            files.AddRange(found);
            if (found.Count == 0)
                empty.Add(new SkippedItem(path, $"{path}: {reason}"));
        }
    }

    /// <summary>SHA-256 of the files' names, whatever their order: tells whether two lists are the same.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files.Order(StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(file + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Lines(TextReader lines)
    {
        while (lines.ReadLine() is { } line)
        {
            if (line.Length > 0)
                yield return line;
        }
    }

    private static string[] Matches(string pattern)
    {
        // What stands before the first name with a wildcard is a folder.
        var names = pattern.Split('/', '\\');
        var fixedNames = names.TakeWhile(name => !name.AsSpan().ContainsAny('*', '?')).Count();
        var folder = fixedNames == 0 ? "." : string.Join('/', names[..fixedNames]) + "/";
        if (!Directory.Exists(folder))
            return [];
        var matcher = new Matcher(OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
        matcher.AddInclude(string.Join('/', names[fixedNames..]));
        return [.. matcher.GetResultsInFullPath(folder).Select(path => fixedNames == 0 || !Path.IsPathRooted(pattern) ? Path.GetRelativePath(".", path) : path).Order(StringComparer.Ordinal)];
    }
}
