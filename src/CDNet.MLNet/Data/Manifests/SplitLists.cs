using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>What a split list says of one member.</summary>
/// <param name="Split">The split it is in.</param>
/// <param name="Group">The members that belong together, in order, joined by an underscore.</param>
/// <param name="Members">The same as a list.</param>
/// <param name="IsFake">The label, where the list has one.</param>
internal sealed record SplitEntry(string Split, string Group, IReadOnlyList<string> Members, bool? IsFake);

/// <summary>Official lists that say which split a member of the data is in.</summary>
internal sealed class SplitLists
{
    private readonly Dictionary<string, SplitEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _file;

    private SplitLists(string file) => _file = file;

    /// <summary>The members and what is said of each.</summary>
    public IReadOnlyDictionary<string, SplitEntry> Entries => _entries;

    /// <summary>Reads a file of lists.</summary>
    /// <exception cref="InvalidDataException">It is not what is expected, or names a member twice.</exception>
    public static SplitLists Read(string path)
    {
        var document = StrictJson.Read<SplitFileDocument>(path);
        var lists = new SplitLists(path);
        foreach (var (split, list) in document.Splits)
        {
            foreach (var group in list.Groups ?? [])
                lists.Add(split, group, null);
            foreach (var member in list.Real ?? [])
                lists.Add(split, [member], false);
            foreach (var member in list.Fake ?? [])
                lists.Add(split, [member], true);
        }
        return lists._entries.Count > 0 ? lists : throw new InvalidDataException($"{path}: splits: no list has a member.");
    }

    /// <summary>Reads a list that came with a download.</summary>
    /// <exception cref="FileNotFoundException">The download lacks it.</exception>
    /// <exception cref="InvalidDataException">A line is not what is expected; the message names its number.</exception>
    public static SplitLists ReadDownloaded(string root, DownloadedList list)
    {
        var path = Path.Combine(root, list.File);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: this list says which files are for {list.Split}; it belongs to the download, but is not there.", path);
        var lists = new SplitLists(path);
        var number = 0;
        FileSize.Require(path, StrictJson.MaxBytes, "a list of files");
        foreach (var line in BoundedText.Lines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var match = list.Line.Match(line);
            if (!match.Success || list.Labels.Read(match.Groups["label"].Value) is not { } isFake)
                throw new InvalidDataException($"{path}, line {number}: '{line}' is no line of this list; expected {list.Line}, label {list.Labels}.");
            lists.Add(list.Split, [match.Groups["key"].Value], isFake);
        }
        return lists;
    }

    private void Add(string split, IReadOnlyList<string> members, bool? isFake)
    {
        if (members.Count == 0 || members.Any(string.IsNullOrWhiteSpace))
            throw new InvalidDataException($"{_file}: splits.{split}: a group or a name is empty.");
        var entry = new SplitEntry(split, string.Join('_', members.Order(StringComparer.Ordinal)), members, isFake);
        foreach (var member in members)
        {
            if (!_entries.TryAdd(member, entry))
                throw new InvalidDataException($"{_file}: splits.{split}: {member} is listed twice (also in {_entries[member].Split}).");
        }
    }
}
