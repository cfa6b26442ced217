using System.Text.Json;
using CDNet.MLNet.Data;

namespace CDNet.Cli.Scores;

/// <summary>A JSON object a line.</summary>
internal sealed class JsonLinesRows : RowFormat
{
    public override string Extension => ".jsonl";

    public override void Write<T>(string path, IEnumerable<T> rows)
    {
        using var stream = new BufferedStream(File.Create(path));
        foreach (var row in rows)
        {
            JsonSerializer.Serialize(stream, row);
            stream.WriteByte((byte)'\n');
        }
    }

    public override IEnumerable<T> Read<T>(string path)
        => Guard(path, BoundedText.Lines(path).Select(line => JsonSerializer.Deserialize<T>(line) ?? throw new InvalidDataException("a line is null")));
}
