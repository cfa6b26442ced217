using Google.FlatBuffers;

namespace CDNet.MLNet.Onnx.Tflite;

/// <summary>One FlatBuffers table of a TensorFlow Lite file, its fields read by their number in the TensorFlow Lite schema.</summary>
/// <remarks>FlatBuffers checks every access against the file's end and throws <see cref="ArgumentOutOfRangeException"/>.</remarks>
internal readonly struct TfliteTable(int position, ByteBuffer buffer)
{
    private readonly Table _table = new(position, buffer);

    /// <summary>Bytes of the whole file.</summary>
    public int FileLength => _table.bb.Length;

    public static TfliteTable Root(ByteBuffer buffer) => new(Indirect(buffer, 0), buffer);

    public int Int32(int field, int fallback = 0) => Find(field) is > 0 and var at ? _table.bb.GetInt(at) : fallback;

    public byte Byte(int field, byte fallback = 0) => Find(field) is > 0 and var at ? _table.bb.Get(at) : fallback;

    public TfliteTable? Table(int field) => Find(field) is > 0 and var at ? new TfliteTable(Indirect(_table.bb, at), _table.bb) : null;

    public string Text(int field, int most)
    {
        var (start, length) = Vector(field, elementBytes: 1, most);
        return System.Text.Encoding.UTF8.GetString(_table.bb.ToArray<byte>(start, length));
    }

    public TfliteTable[] Tables(int field, int most)
    {
        var (start, count) = Vector(field, elementBytes: 4, most);
        var tables = new TfliteTable[count];
        for (var i = 0; i < count; i++)
            tables[i] = new TfliteTable(Indirect(_table.bb, start + 4 * i), _table.bb);
        return tables;
    }

    public int[] Int32s(int field, int most)
    {
        var (start, count) = Vector(field, elementBytes: 4, most);
        var values = new int[count];
        for (var i = 0; i < count; i++)
            values[i] = _table.bb.GetInt(start + 4 * i);
        return values;
    }

    public ReadOnlyMemory<byte> Bytes(int field, int most)
    {
        var (start, count) = Vector(field, elementBytes: 1, most);
        return _table.bb.ToArray<byte>(start, count);
    }

    private int Find(int field)
    {
        var offset = _table.__offset(4 + 2 * field);
        return offset == 0 ? 0 : _table.bb_pos + offset;
    }

    private (int Start, int Count) Vector(int field, int elementBytes, int most)
    {
        if (Find(field) is not (> 0 and var at))
            return (0, 0);
        var start = Indirect(_table.bb, at);
        var count = _table.bb.GetInt(start);
        // Checked before anything of this size is allocated.
        if (count < 0 || count > (_table.bb.Length - start - 4) / elementBytes)
            throw new ArgumentOutOfRangeException(nameof(field), count, "a list runs past the end of the file");
        if (count > most)
            throw new ArgumentOutOfRangeException(nameof(field), count, $"a list has more than {most} items");
        return (start + 4, count);
    }

    private static int Indirect(ByteBuffer buffer, int at)
    {
        var target = at + (long)buffer.GetUint(at);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target, buffer.Length - 4L, nameof(at));
        return (int)target;
    }
}
