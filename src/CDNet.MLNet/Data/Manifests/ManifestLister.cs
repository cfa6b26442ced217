using System.Text.RegularExpressions;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>Goes through a folder and says of each file what the manifest knows of it.</summary>
internal sealed class ManifestLister
{
    private readonly DataManifest _manifest;
    private readonly TableReader _tables;
    private readonly Dictionary<string, SplitEntry> _entries;
    private readonly List<ManifestFile> _files = [];
    private readonly List<ManifestProblem> _problems = [];
    private readonly List<string> _others = [];

    private ManifestLister(DataManifest manifest, string root)
    {
        (_manifest, _tables) = (manifest, new TableReader(root));
        _entries = new Dictionary<string, SplitEntry>(manifest.Lists?.Entries ?? new Dictionary<string, SplitEntry>(), StringComparer.Ordinal);
        foreach (var (key, entry) in manifest.Downloaded is { } list ? SplitLists.ReadDownloaded(root, list).Entries : new Dictionary<string, SplitEntry>())
            _entries[key] = entry;
    }

    /// <summary>Lists a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The split list that belongs to the download is not there.</exception>
    /// <exception cref="InvalidDataException">No file belongs to the data, or a list of the download is damaged.</exception>
    public static ManifestListing List(DataManifest manifest, string root, CancellationToken cancellation = default)
    {
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"{root}: no such folder; expected the folder with the download of {manifest.Title}.");
        var files = FolderWalk.Below(root);
        if (!files.Any())
            throw new InvalidDataException(NothingFound(manifest, root));
        var lister = new ManifestLister(manifest, root);
        foreach (var entry in files)
        {
            cancellation.ThrowIfCancellationRequested();
            lister.Take(entry);
        }
        lister._problems.AddRange(lister._tables.Problems());
        // Of a folder that is the wrong one everything would be missing: say that instead.
        if (lister._files.Count == 0 && lister._problems.Count == 0)
            throw new InvalidDataException(NothingFound(manifest, root));
        return new ManifestListing(lister._files, lister._problems, lister._others);
    }

    private void Take(WalkedEntry walked)
    {
        if (walked.Error is { } error)
        {
            Report(ProblemKind.Unreadable, walked.Path, error);
            return;
        }
        var taken = false;
        var found = new List<ManifestFile>();
        try
        {
            foreach (var rule in _manifest.Rules)
            {
                if (rule.Take(walked.Path) is not { } values)
                    continue;
                if (walked.Entry is DirectoryInfo)
                {
                    Report(ProblemKind.Unreadable, walked.Path, "a folder with the name of a file");
                    return;
                }
                taken |= Describe(rule, values, walked, found);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            Report(ProblemKind.Unreadable, walked.Path, "the manifest's pattern took more than a second on this name; simplify the pattern");
            return;
        }
        if (found.FirstOrDefault(file => file.IsFake != found[0].IsFake) is { } other)
            Report(ProblemKind.Contradictory, walked.Path, $"{Word(found[0].IsFake)} by the rule {found[0].Rule.Name}, {Word(other.IsFake)} by the rule {other.Rule.Name}");
        else if (found.Count > 0)
            _files.Add(found[0]);
        else if (!taken && walked.Entry is FileInfo)
            _others.Add(walked.Path);
    }

    /// <summary>What a rule says of a file.</summary>
    /// <returns>Whether the file belongs to the data, be it with a problem.</returns>
    private bool Describe(ManifestRule rule, Func<string, string> values, WalkedEntry walked, List<ManifestFile> found)
    {
        TableFacts? facts = null;
        if (rule.Table is { } table)
        {
            if (!_tables.TryFind(table, values, out facts))
                return true;
            if (facts is null && !table.IsComplete)
                return false;
            if (facts is null)
                return Report(ProblemKind.Unlisted, walked.Path, $"{table.File(values)} does not list {table.Key(values)}");
            if (facts.IsFake is null)
                return Report(ProblemKind.Unlisted, walked.Path, $"the label in {table.File(values)} is '{facts.LabelText}'; expected {table.Labels}");
        }
        var text = rule.Label(values);
        if (text is not (null or "real" or "fake"))
            return Report(ProblemKind.Unlisted, walked.Path, $"the label in the path is '{text}'; expected real or fake");
        if (!TryLookUp(rule, values, walked.Path, out var entry))
            return true;
        var labels = new[] { (Is: text is null ? null : (bool?)(text == "fake"), By: "its path"), (Is: facts?.IsFake, By: "the table"), (Is: entry?.IsFake, By: "the split list") }
            .Where(label => label.Is is not null).ToArray();
        if (labels.FirstOrDefault(label => label.Is != labels[0].Is) is { Is: { } second, By: var by })
            return Report(ProblemKind.Contradictory, walked.Path, $"{Word(labels[0].Is!.Value)} by {labels[0].By}, {Word(second)} by {by}");

        var isFake = labels[0].Is!.Value;
        var split = First(rule.Split(values), facts?.Split, entry?.Split, rule.Keys.Count > 0 ? _manifest.OtherSplit : null);
        var method = isFake ? First(facts?.Method, rule.Method(values)) : "";
        var source = First(facts?.Source, rule.Source(values, entry?.Group), walked.Path);
        found.Add(new ManifestFile(walked.Path, walked.Entry.FullName, Bytes((FileInfo)walked.Entry), rule, isFake, split, source, First(facts?.Video, walked.Path), method));
        return true;
    }

    /// <summary>Asks the split lists.</summary>
    /// <returns>False where they leave the file out, which is reported.</returns>
    private bool TryLookUp(ManifestRule rule, Func<string, string> values, string path, out SplitEntry? entry)
    {
        entry = null;
        if (rule.Keys.Count == 0)
            return true;
        var asked = rule.Keys.Select(key => key.Fill(values)).Select(key => (Key: key, Entry: _entries.GetValueOrDefault(key))).ToArray();
        entry = asked[0].Entry;
        if (Array.Find(asked, key => key.Entry is null) is { Key: { } unknown } && (_manifest.OtherSplit is null || asked.Any(key => key.Entry is not null)))
            return !Report(ProblemKind.Unlisted, path, $"{unknown} is on no split list");
        if (asked.FirstOrDefault(key => key.Entry != asked[0].Entry) is { Entry: { } other } second)
        {
            var place = other.Split == entry!.Split ? "another group" : other.Split;
            return !Report(ProblemKind.Contradictory, path, $"{asked[0].Key} is in {entry.Split}, {second.Key} in {place}; one video would leak from one side to the other");
        }
        return true;
    }

    // Always true, so that the caller can report and leave at once: the file belongs to the data.
    private bool Report(ProblemKind kind, string path, string reason)
    {
        _problems.Add(new ManifestProblem(kind, path, reason));
        return true;
    }

    private static string Word(bool isFake) => isFake ? "fake" : "real";

    private static string First(params string?[] texts) => Array.Find(texts, text => text is { Length: > 0 }) ?? "";

    // A link that leads nowhere has no size; it is examined like an empty file.
    private static long Bytes(FileInfo file) => file.LinkTarget is null ? file.Length : file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target.Length : 0;

    private static string NothingFound(DataManifest manifest, string root)
    {
        var there = new DirectoryInfo(root).EnumerateFileSystemInfos().Select(entry => entry is DirectoryInfo ? entry.Name + "/" : entry.Name).Order(StringComparer.Ordinal).ToList();
        var lookedFor = manifest.Rules.Select(rule => (manifest.Lists is { } lists ? rule.Expected(lists.Entries).FirstOrDefault().Path : null) ?? rule.PatternText);
        return $"{root}: nothing of {manifest.Title} here. Looked for {string.Join(", ", lookedFor)}. "
            + $"There {(there.Count == 0 ? "is nothing" : $"is {string.Join(", ", there.Take(10))}{(there.Count > 10 ? $" and {there.Count - 10} more" : "")}")}. "
            + $"Name the folder that the download made; to get the data: {manifest.Access.Request}";
    }
}
