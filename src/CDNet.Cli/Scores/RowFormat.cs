namespace CDNet.Cli.Scores;

/// <summary>A format of files of rows. Rows are written and read one after the other, however many there are.</summary>
internal abstract class RowFormat
{
    private static readonly RowFormat[] All = [new CsvRows(), new JsonLinesRows(), new ParquetRows()];

    /// <summary>The endings of all formats, for messages.</summary>
    public static string Extensions => string.Join(", ", All.Select(format => format.Extension));

    /// <summary>The ending of a file of this format, with its dot.</summary>
    public abstract string Extension { get; }

    /// <summary>The format of a file by its ending.</summary>
    /// <exception cref="ArgumentException">No format has it; the message names them all.</exception>
    public static RowFormat Of(string path) => All.FirstOrDefault(format => path.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"{path}: of no known format; expected a file that ends in {Extensions}.");

    /// <summary>Writes rows.</summary>
    public abstract void Write<T>(string path, IEnumerable<T> rows)
        where T : class, new();

    /// <summary>Reads rows.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or no file of such rows.</exception>
    public abstract IEnumerable<T> Read<T>(string path)
        where T : class, new();

    /// <summary>Hands on rows; what a reader throws becomes an error that names the file.</summary>
    protected static IEnumerable<T> Guard<T>(string path, IEnumerable<T> rows)
    {
        using var cursor = rows.GetEnumerator();
        while (true)
        {
            T row;
            try
            {
                if (!cursor.MoveNext())
                    yield break;
                row = cursor.Current;
            }
            catch (Exception e) when (e is not (OutOfMemoryException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException))
            {
                throw new InvalidDataException($"{path}: damaged, or no file of scores: {e.Message}", e);
            }
            yield return row;
        }
    }
}
