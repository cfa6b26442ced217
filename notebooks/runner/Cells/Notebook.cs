using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CDNet.Notebooks.Cells;

/// <summary>The file of a notebook: version 4.5 of Jupyter's format, with the names that .NET Interactive's C# kernel goes by.</summary>
public static class Notebook
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a notebook.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cells">Its cells with what each printed and showed.</param>
    public static void Write(string path, IEnumerable<(Cell Cell, IReadOnlyList<CellOutput> Outputs)> cells)
    {
        var count = 0;
        var nodes = cells.Select((entry, i) => entry.Cell.IsCode ? Code(entry.Cell, i, ++count, entry.Outputs) : Text(entry.Cell, i));
        var root = new JsonObject
        {
            ["cells"] = new JsonArray([.. nodes]),
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
                ["language_info"] = new JsonObject { ["file_extension"] = ".cs", ["mimetype"] = "text/x-csharp", ["name"] = "C#", ["pygments_lexer"] = "csharp" },
                ["polyglot_notebook"] = new JsonObject
                {
                    ["kernelInfo"] = new JsonObject { ["defaultKernelName"] = "csharp", ["items"] = new JsonArray(new JsonObject { ["aliases"] = new JsonArray(), ["name"] = "csharp" }) },
                },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        File.WriteAllText(path, root.ToJsonString(Format) + "\n");
    }

    /// <summary>Reads the cells of a notebook with what they printed and showed.</summary>
    /// <param name="path">The file.</param>
    public static IReadOnlyList<(Cell Cell, IReadOnlyList<CellOutput> Outputs)> Read(string path)
    {
        var root = JsonNode.Parse(File.ReadAllText(path))!;
        return [.. root["cells"]!.AsArray().Select(node => (new Cell((string)node!["cell_type"]! == "code", Join(node["source"])), (IReadOnlyList<CellOutput>)[.. OutputsOf(node)]))];
    }

    private static JsonObject Text(Cell cell, int index)
        => new() { ["cell_type"] = "markdown", ["id"] = $"cell-{index + 1}", ["metadata"] = new JsonObject(), ["source"] = Lines(cell.Source) };

    private static JsonObject Code(Cell cell, int index, int count, IReadOnlyList<CellOutput> outputs) => new()
    {
        ["cell_type"] = "code",
        ["execution_count"] = count,
        ["id"] = $"cell-{index + 1}",
        ["metadata"] = new JsonObject { ["polyglot_notebook"] = new JsonObject { ["kernelName"] = "csharp" } },
        ["outputs"] = new JsonArray([.. outputs.Select(Output)]),
        ["source"] = Lines(cell.Source),
    };

    private static JsonObject Output(CellOutput output) => output.MimeType == CellOutput.Printed
        ? new() { ["name"] = CellOutput.Printed, ["output_type"] = "stream", ["text"] = Lines(output.Data) }
        : new() { ["data"] = new JsonObject { [output.MimeType] = output.Data }, ["metadata"] = new JsonObject(), ["output_type"] = "display_data" };

    private static IEnumerable<CellOutput> OutputsOf(JsonNode cell)
    {
        foreach (var output in cell["outputs"]?.AsArray() ?? [])
        {
            if ((string)output!["output_type"]! == "stream")
                yield return new CellOutput(CellOutput.Printed, Join(output["text"]));
            else
                foreach (var (type, data) in output["data"]!.AsObject())
                    yield return new CellOutput(type, Join(data));
        }
    }

    /// <summary>Text as the format has it: a list of lines that keep their ends.</summary>
    private static JsonArray Lines(string text)
    {
        var lines = text.Split('\n');
        return new JsonArray([.. lines.Select((line, i) => (JsonNode)(i < lines.Length - 1 ? line + "\n" : line)).Where(line => (string)line! != "")]);
    }

    private static string Join(JsonNode? text) => text is JsonArray lines ? string.Concat(lines.Select(line => (string)line!)) : (string)text!;
}
