using System.Text.RegularExpressions;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>A rule of a manifest, checked and ready for use: which files it takes and what it reads from their paths.</summary>
internal sealed class ManifestRule
{
    private static readonly string[] OfThePath = ["path", "folder", "file"];
    private static readonly string[] OfTheList = ["member", "other", "group"];

    private readonly RuleDocument _document;
    private readonly PathTemplate? _label;
    private readonly PathTemplate? _method;
    private readonly PathTemplate? _split;
    private readonly PathTemplate? _source;
    private readonly PathTemplate? _expect;

    /// <param name="document">The rule as it is written.</param>
    /// <param name="where">What messages call it: the file and the place in it.</param>
    /// <param name="hasLists">Whether there are split lists for its keys.</param>
    /// <exception cref="InvalidDataException">Something in it is wrong; the message names the file and the property.</exception>
    public ManifestRule(RuleDocument document, string where, bool hasLists)
    {
        _document = document;
        Pattern = ManifestPattern.Compile(document.Pattern, $"{where}.pattern");
        string[] known = [.. OfThePath, .. Pattern.NamedGroups()];
        foreach (var name in Pattern.NamedGroups().Where(name => OfThePath.Contains(name) || OfTheList.Contains(name)))
            throw new InvalidDataException($"{where}.pattern: the group {name} has a name that means something else; give it another one.");
        if (document.Label is null && document.Table is null)
            throw new InvalidDataException($"{where}: neither label nor table; one of them must say what is real and what is fake.");
        _label = PathTemplate.Parse(document.Label, known, $"{where}.label");
        if (_label is { Names.Count: 0 } && document.Label is not ("real" or "fake"))
            throw new InvalidDataException($"{where}.label: '{document.Label}'; expected real, fake or a template.");
        _method = PathTemplate.Parse(document.Method, known, $"{where}.method");
        _split = PathTemplate.Parse(document.Split, known, $"{where}.split");
        _source = PathTemplate.Parse(document.Source, [.. known, "group"], $"{where}.source");
        _expect = PathTemplate.Parse(document.Expect, OfTheList, $"{where}.expect");
        Keys = [.. (document.Keys ?? []).Select((key, i) => PathTemplate.Parse(key, known, $"{where}.keys[{i}]")!)];
        if (!hasLists && (Keys.Count > 0 || _expect is not null || _source?.Names.Contains("group") == true))
            throw new InvalidDataException($"{where}: keys, expect and ${{group}} need split lists, but the manifest has no splits.");
        Table = document.Table is { } table ? new TableRule(table, known, $"{where}.table") : null;
        if (document.Count is < 0 || document.CountBySplit?.Values.Any(count => count < 0) == true)
            throw new InvalidDataException($"{where}: a count is below 0.");
    }

    public string Name => _document.Name;

    public Regex Pattern { get; }

    /// <summary>What a person reads where no file was found: the pattern as it is written.</summary>
    public string PatternText => _document.Pattern;

    public IReadOnlyList<PathTemplate> Keys { get; }

    public TableRule? Table { get; }

    public int? Count => _document.Count;

    public IReadOnlyDictionary<string, int> CountBySplit => _document.CountBySplit ?? new Dictionary<string, int>();

    public bool IsApproximate => _document.IsApproximate;

    public bool IsOptional => _document.IsOptional;

    /// <summary>Whether split lists name its files.</summary>
    public bool HasExpectation => _expect is not null;

    /// <summary>Looks at a path below the root.</summary>
    /// <returns>The values that templates take; null where the rule does not take the path.</returns>
    public Func<string, string>? Take(string path)
    {
        var match = Pattern.Match(path);
        if (!match.Success)
            return null;
        var slash = path.LastIndexOf('/');
        return name => name switch
        {
            "path" => path,
            "folder" => slash < 0 ? "" : path[..slash],
            "file" => path[(slash + 1)..],
            _ => match.Groups[name].Value,
        };
    }

    /// <summary>The label of the path: real, fake or a text that is neither; null where a table has it.</summary>
    public string? Label(Func<string, string> values) => _label?.Fill(values);

    public string Method(Func<string, string> values) => _method?.Fill(values) ?? "";

    public string Split(Func<string, string> values) => _split?.Fill(values) ?? "";

    /// <summary>The source video; empty where the rule names none, or needs a group and there is none.</summary>
    public string Source(Func<string, string> values, string? group)
        => _source is null || (group is null && _source.Names.Contains("group")) ? "" : _source.Fill(name => name == "group" ? group! : values(name));

    /// <summary>The paths that split lists make one expect, each once.</summary>
    public IEnumerable<(string Path, string Split)> Expected(IReadOnlyDictionary<string, SplitEntry> entries)
    {
        if (_expect is null)
            return [];
        var usesOther = _expect.Names.Contains("other");
        return (from entry in entries
                from other in usesOther ? entry.Value.Members.Where(other => other != entry.Key) : [""]
                let path = _expect.Fill(name => name switch { "member" => entry.Key, "other" => other, _ => entry.Value.Group })
                where Pattern.IsMatch(path)
                select (path, entry.Value.Split)).Distinct();
    }
}
