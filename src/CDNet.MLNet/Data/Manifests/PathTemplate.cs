using System.Text;
using System.Text.RegularExpressions;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>A text with places such as <c>${target}</c> that are filled in for each file.</summary>
internal sealed partial class PathTemplate
{
    private readonly string _text;

    private PathTemplate(string text, IReadOnlyList<string> names) => (_text, Names) = (text, names);

    /// <summary>The names that it has places for.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="text">The text; null gives null.</param>
    /// <param name="known">The names that may stand in it.</param>
    /// <param name="where">What a message calls it: the file and the property.</param>
    /// <exception cref="InvalidDataException">It has a place for a name that is not known, or a place that is not closed.</exception>
    public static PathTemplate? Parse(string? text, IReadOnlyCollection<string> known, string where)
    {
        if (text is null)
            return null;
        var names = Place().Matches(text).Select(match => match.Groups[1].Value).ToList();
        if (names.Find(name => !known.Contains(name)) is { } unknown)
            throw new InvalidDataException($"{where}: '{text}' has ${{{unknown}}}; known here are {string.Join(", ", known.Select(name => $"${{{name}}}"))}.");
        if (Place().Replace(text, "").Contains("${", StringComparison.Ordinal))
            throw new InvalidDataException($"{where}: '{text}' has a ${{ that is no ${{name}}.");
        return new PathTemplate(text, names);
    }

    /// <summary>The text with its places filled in.</summary>
    public string Fill(Func<string, string> value)
    {
        if (Names.Count == 0)
            return _text;
        var filled = new StringBuilder();
        var from = 0;
        foreach (var match in Place().EnumerateMatches(_text))
        {
            filled.Append(_text, from, match.Index - from).Append(value(_text.Substring(match.Index + 2, match.Length - 3)));
            from = match.Index + match.Length;
        }
        return filled.Append(_text, from, _text.Length - from).ToString();
    }

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Place();
}
