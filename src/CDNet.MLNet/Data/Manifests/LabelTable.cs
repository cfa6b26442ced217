using System.Globalization;
using System.Text.Json;
using CDNet.MLNet.Pipeline;
using CsvHelper;
using CsvHelper.Configuration;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>A row of a table: values by column.</summary>
internal sealed record TableRow(IReadOnlyDictionary<string, string> Values)
{
    /// <summary>A value; empty where there is none.</summary>
    public string Value(string? column) => column is not null && Values.TryGetValue(column, out var value) ? value.Trim() : "";
}

/// <summary>A table of a download: rows by key.</summary>
internal sealed class LabelTable
{
    /// <summary>Most bytes of a table of JSON: 256 MiB.</summary>
    public const long MaxJsonBytes = 256L << 20;

    /// <summary>Most bytes of a table of CSV: 2 GiB.</summary>
    public const long MaxCsvBytes = 2L << 30;

    /// <summary>Most letters of a field of a CSV: 32,768.</summary>
    public const int MaxField = 32_768;

    private LabelTable(Dictionary<string, TableRow> rows) => Rows = rows;

    public IReadOnlyDictionary<string, TableRow> Rows { get; }

    /// <summary>Reads a table.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not what the rule says; the message names the file and the place.</exception>
    public static LabelTable Read(string path, TableRule rule)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file; the labels of the files beside it are in it. Download it too.", path);
        return new LabelTable(rule.IsJson ? FromJson(path) : FromCsv(path, rule));
    }

    private static Dictionary<string, TableRow> FromJson(string path)
    {
        try
        {
            FileSize.Require(path, MaxJsonBytes, "a table of labels");
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{path}: holds a JSON {document.RootElement.ValueKind}; expected an object with one object a file.");
            var rows = new Dictionary<string, TableRow>(StringComparer.Ordinal);
            foreach (var entry in document.RootElement.EnumerateObject())
            {
                if (entry.Value.ValueKind != JsonValueKind.Object)
                    throw new InvalidDataException($"{path}: {entry.Name} is a JSON {entry.Value.ValueKind}; expected an object.");
                var values = entry.Value.EnumerateObject().GroupBy(value => value.Name).ToDictionary(values => values.Key, values => Text(values.Last().Value));
                if (!rows.TryAdd(entry.Name, new TableRow(values)))
                    throw new InvalidDataException($"{path}: {entry.Name} is listed twice.");
            }
            return rows;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}, line {e.LineNumber + 1}: no JSON.", e);
        }
        catch (InvalidOperationException e)
        {
            // Text that is no UTF-8 is found out where it is asked for.
            throw new InvalidDataException($"{path}: no JSON: {e.Message}", e);
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    private static Dictionary<string, TableRow> FromCsv(string path, TableRule rule)
    {
        FileSize.Require(path, MaxCsvBytes, "a table of labels");
        using var csv = new CsvReader(new BoundedText(path), new CsvConfiguration(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim, MissingFieldFound = null, MaxFieldSize = MaxField });
        try
        {
            if (!csv.Read() || !csv.ReadHeader())
                throw new InvalidDataException($"{path}: the file is empty; expected a header line.");
            var header = csv.HeaderRecord!;
            foreach (var column in new[] { rule.KeyColumn!, rule.LabelColumn }.Where(column => !header.Contains(column)))
                throw new InvalidDataException($"{path}: no column {column}; the header has {string.Join(", ", header)}.");
            var rows = new Dictionary<string, TableRow>(StringComparer.Ordinal);
            while (csv.Read())
            {
                var row = new TableRow(header.Distinct().ToDictionary(column => column, column => csv.GetField(column) ?? ""));
                if (!rows.TryAdd(row.Value(rule.KeyColumn).Replace('\\', '/'), row))
                    throw new InvalidDataException($"{path}, line {csv.Parser.RawRow}: {row.Value(rule.KeyColumn)} is listed twice.");
            }
            return rows;
        }
        catch (CsvHelperException e)
        {
            throw new InvalidDataException($"{path}, line {csv.Parser.RawRow}: no CSV ({e.Message.Split('\n')[0].Trim()}).", e);
        }
    }
}
