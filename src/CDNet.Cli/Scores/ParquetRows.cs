using Parquet;
using Parquet.Serialization;

namespace CDNet.Cli.Scores;

/// <summary>Apache Parquet, a column a property.</summary>
internal sealed class ParquetRows : RowFormat
{
    // Bounds the memory of writing and reading.
    private const int RowsOfGroup = 50_000;

    public override string Extension => ".parquet";

    public override void Write<T>(string path, IEnumerable<T> rows)
    {
        using var stream = File.Create(path);
        ParquetSerializer.SerializeAsync(rows, stream, new ParquetOptions { RowGroupSize = RowsOfGroup }).GetAwaiter().GetResult();
    }

    public override IEnumerable<T> Read<T>(string path) => Guard(path, Rows<T>(path));

    private static IEnumerable<T> Rows<T>(string path)
        where T : class, new()
    {
        using var stream = File.OpenRead(path);
        var groups = CountGroupsAsync(stream).GetAwaiter().GetResult();
        for (var group = 0; group < groups; group++)
        {
            stream.Position = 0;
            foreach (var row in ParquetSerializer.DeserializeAsync<T>(stream, rowGroupIndex: group).GetAwaiter().GetResult().Data)
                yield return row;
        }
    }

    private static async Task<int> CountGroupsAsync(Stream stream)
    {
        await using var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true);
        return reader.RowGroupCount;
    }
}
