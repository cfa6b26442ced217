using System.Buffers.Binary;
using Microsoft.ML;

namespace CDNet.MLNet.Prepared;

/// <summary>Where the columns and blocks of a part file lie, checked before ML.NET reads it: its reader goes round for ever where a list of columns runs past the file's end.</summary>
internal static class PartLayout
{
    /// <summary>Most bytes of a block once unpacked: 64 MiB. The library's own have about 1.</summary>
    public const int MaxBlockBytes = 64 << 20;

    /// <summary>Most bytes of the description of all columns: 64 KiB.</summary>
    private const int MaxTableBytes = 64 << 10;

    private const int HeaderBytes = 256;
    private const int LookupBytes = 16;
    private const int LongestName = 1024;

    private static readonly Lazy<byte[][]> Own = new(() =>
    {
        var context = new MLContext();
        using var stream = new MemoryStream();
        context.Data.SaveAsBinary(context.Data.LoadFromEnumerable([new PreparedRow()]), stream);
        return [.. Columns(stream).Select(column => column.Kind)];
    });

    /// <summary>Checks a file.</summary>
    /// <exception cref="InvalidDataException">It is no such file, is cut off, or has other columns.</exception>
    public static void Check(string file)
    {
        try
        {
            using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 64 << 10 });
            var columns = Columns(stream);
            if (columns.Count != Own.Value.Length || columns.Zip(Own.Value).Any(pair => !pair.First.Kind.SequenceEqual(pair.Second)))
                throw new InvalidDataException("the columns are not those of a prepared set");
            foreach (var column in columns)
                CheckBlocks(stream, column);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or OverflowException)
        {
            throw new InvalidDataException($"{file}: ML.NET cannot read this part of a prepared set: {e.Message}", e);
        }
    }

    private static List<Column> Columns(Stream stream)
    {
        stream.Position = 0;
        var header = new byte[HeaderBytes];
        stream.ReadExactly(header);
        long Long(int at) => BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(at));
        var (table, tail, rows, count) = (Long(24), Long(32), Long(40), BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(48)));
        if (!header.AsSpan().StartsWith("CML\0DVB\0"u8) || table < HeaderBytes || table > tail || tail > stream.Length - sizeof(long) || rows is < 0 or > int.MaxValue || count is < 0 or > LongestName)
            throw new InvalidDataException("its head is damaged");
        stream.Position = table;
        var bytes = new byte[Math.Min(MaxTableBytes, stream.Length - table)];
        stream.ReadExactly(bytes);
        var reader = new TableReader(bytes);
        var columns = new List<Column>();
        for (var i = 0; i < count; i++)
        {
            var start = reader.Position;
            reader.Skip(reader.Length(LongestName));
            reader.Skip(reader.Length(LongestName));
            reader.Skip(reader.Length(LongestName));
            var kind = bytes[start..reader.Position];
            var compression = reader.Byte();
            var (rowsOfBlock, blocks, names) = (reader.Length(int.MaxValue), reader.Long(), reader.Long());
            if (compression > 1 || names != 0 || (rows > 0 && rowsOfBlock == 0))
                throw new InvalidDataException($"the column {i} is damaged");
            var blockCount = rows == 0 ? 0 : (rows - 1) / rowsOfBlock + 1;
            if (blockCount > 0 && (blocks < HeaderBytes || blocks > tail - LookupBytes * blockCount))
                throw new InvalidDataException($"the blocks of the column {i} lie outside of the file");
            columns.Add(new Column(kind, blocks, blockCount, tail));
        }
        return columns;
    }

    private static void CheckBlocks(FileStream stream, Column column)
    {
        stream.Position = column.Blocks;
        var block = new byte[LookupBytes];
        for (var i = 0L; i < column.BlockCount; i++)
        {
            stream.ReadExactly(block);
            var (at, packed, unpacked) = (
                BinaryPrimitives.ReadInt64LittleEndian(block), BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(8)), BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(12)));
            if (packed < 0 || unpacked is < 0 or > MaxBlockBytes || at < HeaderBytes || at > column.Tail - packed)
                throw new InvalidDataException($"the block {i} of a column is damaged or too large");
        }
    }

    /// <param name="Kind">Its name and type as they are written.</param>
    /// <param name="Blocks">Where the list of its blocks begins.</param>
    /// <param name="BlockCount">How many blocks there are.</param>
    /// <param name="Tail">Where the file's last part begins.</param>
    private sealed record Column(byte[] Kind, long Blocks, long BlockCount, long Tail);

    private sealed class TableReader(byte[] bytes)
    {
        public int Position { get; private set; }

        public byte Byte()
        {
            Skip(1);
            return bytes[Position - 1];
        }

        public long Long()
        {
            Skip(sizeof(long));
            return BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(Position - sizeof(long)));
        }

        /// <summary>A length, seven bits a byte.</summary>
        public int Length(int most)
        {
            var (length, shift) = (0L, 0);
            byte part;
            do
            {
                part = Byte();
                length |= (long)(part & 0x7F) << shift;
                shift += 7;
            }
            while (part >= 0x80 && shift < 35);
            return length <= most ? (int)length : throw new InvalidDataException("a length is too large");
        }

        public void Skip(int count)
        {
            if (count > bytes.Length - Position)
                throw new EndOfStreamException("the list of columns runs past the end of the file");
            Position += count;
        }
    }
}
