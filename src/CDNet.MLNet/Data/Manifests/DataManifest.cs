namespace CDNet.MLNet.Data.Manifests;

/// <summary>
/// What is known of a published data set, as data: where its files lie below the folder that was downloaded, how the label, the method and the source video
/// are read from a path, which official split applies, how to ask for access, and how many files to expect. See <c>data-manifests/README.md</c>.
/// </summary>
public sealed class DataManifest
{
    private DataManifest(string path, ManifestDocument document)
    {
        (FilePath, Name, Title, Access, Notes) = (path, document.Name, document.Title, document.Access, document.Notes ?? []);
        var splits = document.Splits;
        if (splits is { File: null, Downloaded: null })
            throw new InvalidDataException($"{path}: splits: neither file nor downloaded.");
        Lists = splits?.File is { } file ? SplitLists.Read(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, file)) : null;
        Downloaded = splits?.Downloaded is { } downloaded ? DownloadedList.Of(downloaded, $"{path}: splits.downloaded") : null;
        OtherSplit = splits?.Others;
        if (document.Rules.Count == 0)
            throw new InvalidDataException($"{path}: rules: there is none.");
        Rules = [.. document.Rules.Select((rule, i) => new ManifestRule(rule, $"{path}: rules[{i}]", splits is not null))];
        if (Rules.GroupBy(rule => rule.Name).FirstOrDefault(rules => rules.Count() > 1) is { } twice)
            throw new InvalidDataException($"{path}: rules: the name {twice.Key} is given twice.");
        CheckExpectations();
    }

    /// <summary>The file it was read from.</summary>
    public string FilePath { get; }

    /// <summary>The name it is found by, for example faceforensics-c23.</summary>
    public string Name { get; }

    /// <summary>What a person calls the data set.</summary>
    public string Title { get; }

    /// <summary>How to ask its owners for it.</summary>
    public ManifestAccess Access { get; }

    /// <summary>What a user should know: choices made, doubts, where facts come from.</summary>
    public IReadOnlyList<string> Notes { get; }

    internal IReadOnlyList<ManifestRule> Rules { get; }

    /// <summary>The official lists that come with the manifest.</summary>
    internal SplitLists? Lists { get; }

    /// <summary>The official list that comes with the data.</summary>
    internal DownloadedList? Downloaded { get; }

    /// <summary>The split of files on no list; null where every file must be on one.</summary>
    internal string? OtherSplit { get; }

    /// <summary>Reads a manifest from a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It has an unknown, a missing or a wrong property; the message names the file and the property.</exception>
    public static DataManifest Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new DataManifest(path, StrictJson.Read<ManifestDocument>(path));
    }

    private void CheckExpectations()
    {
        if (Lists is not { } lists || !Rules.Any(rule => rule.HasExpectation))
            return;
        foreach (var rule in Rules.Where(rule => rule.HasExpectation && !rule.Expected(lists.Entries).Any()))
            throw new InvalidDataException($"{FilePath}: the rule {rule.Name}: expect gives no path that the pattern matches.");
    }
}
