using System.Text;

namespace CDNet.MLNet.Data;

/// <summary>Text of unknown origin: a line that does not end is refused before it fills the memory.</summary>
/// <param name="path">The file.</param>
/// <param name="maxLine">Most letters of a line.</param>
internal sealed class BoundedText(string path, int maxLine = BoundedText.MaxLine) : TextReader
{
    /// <summary>Most letters of a line where nothing else is said: 1,048,576.</summary>
    public const int MaxLine = 1 << 20;

    private readonly StreamReader _reader = new(path);
    private int _line;

    /// <summary>The lines of a file.</summary>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    public static IEnumerable<string> Lines(string path, int maxLine = MaxLine)
    {
        using var text = new BoundedText(path, maxLine);
        var line = new StringBuilder();
        var buffer = new char[4096];
        for (var read = text.Read(buffer, 0, buffer.Length); read > 0; read = text.Read(buffer, 0, buffer.Length))
        {
            var from = 0;
            for (var end = Array.IndexOf(buffer, '\n', 0, read); end >= 0; end = Array.IndexOf(buffer, '\n', from, read - from))
            {
                yield return Ended(line.Append(buffer, from, end - from));
                from = end + 1;
            }
            line.Append(buffer, from, read - from);
        }
        if (line.Length > 0)
            yield return Ended(line);
    }

    /// <inheritdoc />
    public override int Peek() => _reader.Peek();

    /// <inheritdoc />
    public override int Read()
    {
        var letter = new char[1];
        return Read(letter, 0, 1) == 0 ? -1 : letter[0];
    }

    /// <inheritdoc />
    public override int Read(char[] buffer, int index, int count)
    {
        var read = _reader.Read(buffer, index, count);
        foreach (var letter in buffer.AsSpan(index, read))
        {
            _line = letter is '\n' or '\r' ? 0 : _line + 1;
            if (_line > maxLine)
                throw new InvalidDataException($"{path}: a line has more than {maxLine:N0} letters.");
        }
        return read;
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _reader.Dispose();
        base.Dispose(disposing);
    }

    private static string Ended(StringBuilder line)
    {
        if (line.Length > 0 && line[^1] == '\r')
            line.Length--;
        var text = line.ToString();
        line.Clear();
        return text;
    }
}
