namespace CDNet.MLNet.Data.Manifests;

/// <summary>How a file of labels in the download is read, checked and ready for use.</summary>
internal sealed class TableRule
{
    private readonly TableDocument _document;
    private readonly PathTemplate _file;
    private readonly PathTemplate _key;

    /// <exception cref="InvalidDataException">Something in it is wrong; the message names the file and the property.</exception>
    public TableRule(TableDocument document, IReadOnlyCollection<string> known, string where)
    {
        _document = document;
        _file = PathTemplate.Parse(document.File, known, $"{where}.file")!;
        _key = PathTemplate.Parse(document.Key, known, $"{where}.key")!;
        Labels = new LabelValues(document.Real, document.Fake, where);
        IsJson = document.File.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        if (!IsJson && !document.File.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"{where}.file: '{document.File}' ends neither in .json nor in .csv.");
        if (IsJson == document.KeyColumn is not null)
            throw new InvalidDataException($"{where}.keyColumn: a CSV needs one, a JSON object has none (the key is the property's name).");
    }

    public bool IsJson { get; }

    public LabelValues Labels { get; }

    public string? KeyColumn => _document.KeyColumn;

    public string LabelColumn => _document.LabelColumn;

    public bool IsComplete => _document.IsComplete;

    /// <summary>The table's path below the root.</summary>
    public string File(Func<string, string> values) => _file.Fill(values);

    public string Key(Func<string, string> values) => _key.Fill(values);

    /// <summary>What a row says of a file.</summary>
    public TableFacts Facts(TableRow row) => new(
        Labels.Read(row.Value(_document.LabelColumn)), row.Value(_document.LabelColumn), row.Value(_document.SourceColumn), row.Value(_document.SplitColumn),
        row.Value(_document.MethodColumn), row.Value(_document.VideoColumn));
}

/// <summary>What a table says of a file; a text is empty where it says nothing.</summary>
/// <param name="IsFake">The label; null where the table has none that is known.</param>
/// <param name="LabelText">What stands there.</param>
/// <param name="Source">The source video.</param>
/// <param name="Split">The split.</param>
/// <param name="Method">The method.</param>
/// <param name="Video">The video.</param>
internal sealed record TableFacts(bool? IsFake, string LabelText, string Source, string Split, string Method, string Video);
