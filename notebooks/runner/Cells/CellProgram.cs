using System.Text.RegularExpressions;

namespace CDNet.Notebooks.Cells;

/// <summary>A C# program of one file as the cells of a notebook: the program is the source of both.</summary>
/// <remarks>
/// A line <c>// %% [markdown]</c> begins a cell of text, whose lines are comments; a line <c>// %%</c> begins a cell of code. What stands above the first cell belongs to the
/// program alone, but for its packages: in the notebook they are a cell of their own behind the first text. What is inside <c>#if NOTEBOOK</c> belongs to the notebook alone,
/// what is inside its <c>#else</c> to the program.
/// </remarks>
public static partial class CellProgram
{
    private const string Mark = "// %%";
    private const string TextMark = "// %% [markdown]";

    /// <summary>The notebooks by name, and the programs that they are written from.</summary>
    public static IReadOnlyDictionary<string, string> Programs { get; } = new Dictionary<string, string>
    {
        ["01-quickstart.ipynb"] = "quickstart.cs",
        ["02-train.ipynb"] = "train.cs",
        ["03-inside-cdnet.ipynb"] = "inside-cdnet.cs",
        ["04-evaluate-your-data.ipynb"] = "evaluate-your-data.cs",
    };

    /// <summary>The cells of a program.</summary>
    /// <param name="program">The text of the file.</param>
    /// <exception cref="InvalidDataException">A line does not belong where it stands; the message has its number.</exception>
    public static IReadOnlyList<Cell> Read(string program)
    {
        var lines = program.ReplaceLineEndings("\n").Split('\n');
        var first = Array.FindIndex(lines, line => line.StartsWith(Mark, StringComparison.Ordinal));
        if (first < 0)
            throw new InvalidDataException($"No line begins with {Mark}: the program has no cells.");

        var cells = new List<Cell>();
        for (var at = first; at < lines.Length;)
        {
            var end = Array.FindIndex(lines, at + 1, line => line.StartsWith(Mark, StringComparison.Ordinal));
            end = end < 0 ? lines.Length : end;
            var isCode = lines[at] switch
            {
                Mark => true,
                TextMark => false,
                _ => throw new InvalidDataException($"Line {at + 1}: {lines[at]}; expected {Mark} or {TextMark}."),
            };
            var from = at + 1;
            var kept = isCode ? OfNotebook(lines[from..end], from) : lines[from..end].Index().Where(line => line.Item.Length > 0).Select(line => Text(line.Item, from + line.Index));
            if (string.Join('\n', kept).Trim('\n') is { Length: > 0 } source)
                cells.Add(new Cell(isCode, source));
            at = end;
        }
        cells.Insert(cells.FindIndex(cell => cell.IsCode), Packages(lines[..first]));
        return cells;
    }

    /// <summary>Whether a line of a cell names a package.</summary>
    public static bool IsPackage(string line) => line.StartsWith("#r \"nuget:", StringComparison.Ordinal);

    private static Cell Packages(IEnumerable<string> header)
        => new(true, string.Join('\n', header.Select(line => Package().Match(line)).Where(match => match.Success).Select(match => $"#r \"nuget: {match.Groups[1]}, {match.Groups[2]}\"")));

    private static string Text(string line, int index)
    {
        if (line == "//")
            return "";
        return line.StartsWith("// ", StringComparison.Ordinal)
            ? line[3..]
            : throw new InvalidDataException($"Line {index + 1}: a line of text begins with // and a space: {line}");
    }

    private static IEnumerable<string> OfNotebook(string[] lines, int offset)
    {
        bool? isNotebook = null;
        foreach (var (i, line) in lines.Index())
        {
            switch (line)
            {
                case "#if NOTEBOOK":
                    isNotebook = true;
                    break;
                case "#else":
                    isNotebook = false;
                    break;
                case "#endif":
                    isNotebook = null;
                    break;
                case var _ when line.StartsWith('#'):
                    throw new InvalidDataException($"Line {offset + i + 1}: {line}; in cells only #if NOTEBOOK, #else and #endif are known.");
                default:
                    if (isNotebook ?? true)
                        yield return line;
                    break;
            }
        }
    }

    [GeneratedRegex(@"^#:package (\S+)@(\S+)$")]
    private static partial Regex Package();
}
