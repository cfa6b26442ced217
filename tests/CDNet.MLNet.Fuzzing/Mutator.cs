using System.Buffers.Binary;
using System.Text;

namespace CDNet.MLNet.Fuzzing;

/// <summary>Changes inputs: bits, bytes, lengths, cuts, splices of two inputs, words of the format. All of it a function of the seed.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<string> words)
{
    private const int MaxBytes = 256 << 10;

    private static readonly long[] Edges = [0, 1, -1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 40, long.MaxValue, long.MinValue];

    private readonly byte[][] _words = [.. words.Select(Encoding.UTF8.GetBytes)];

    /// <summary>An input with one to eight changes.</summary>
    public byte[] Change(byte[] input, byte[] other)
    {
        var bytes = input;
        for (var count = 1 << random.Next(4); count > 0; count--)
            bytes = Once(bytes, other);
        return bytes.Length <= MaxBytes ? bytes : bytes[..MaxBytes];
    }

    private byte[] Once(byte[] input, byte[] other)
    {
        if (input.Length == 0)
            return other.Length > 0 ? [.. other] : [(byte)random.Next(256)];
        var at = random.Next(input.Length);
        switch (random.Next(_words.Length > 0 ? 11 : 9))
        {
            case 0:
                return Set(input, at, (byte)(input[at] ^ 1 << random.Next(8)));
            case 1:
                return Set(input, at, (byte)random.Next(256));
            case 2:
                return input[..at];
            case 3:
                return [.. input[..at], .. input[Math.Min(input.Length, at + 1 + random.Next(16))..]];
            case 4:
                return [.. input[..at], .. input.AsSpan(at, Math.Min(input.Length - at, 1 + random.Next(64))), .. input[at..]];
            case 5:
                return Number(input, at);
            case 6 when other.Length > 0:
                return [.. input[..at], .. other[random.Next(other.Length)..]];
            case 7 when other.Length > 0:
                var from = random.Next(other.Length);
                return [.. input[..at], .. other.AsSpan(from, Math.Min(other.Length - from, 1 + random.Next(32))), .. input[at..]];
            case 8:
                return Set(input, at, (byte)(input[at] + random.Next(-4, 5)));
            case 9:
                return [.. input[..at], .. _words[random.Next(_words.Length)], .. input[at..]];
            case 10:
                var word = _words[random.Next(_words.Length)];
                return [.. input[..at], .. word, .. input[Math.Min(input.Length, at + word.Length)..]];
            default:
                return Set(input, at, 0);
        }
    }

    /// <summary>Writes a number over a place that may be a length: a far one, or a little more or less than stood there.</summary>
    private byte[] Number(byte[] input, int at)
    {
        byte[] bytes = [.. input];
        var edge = Edges[random.Next(Edges.Length)];
        var size = 1 << random.Next(4);
        if (at + size > bytes.Length)
            return bytes;
        var span = bytes.AsSpan(at, size);
        var isBig = random.Next(2) == 0;
        switch (size)
        {
            case 1:
                span[0] = (byte)edge;
                break;
            case 2 when isBig:
                BinaryPrimitives.WriteInt16BigEndian(span, (short)edge);
                break;
            case 2:
                BinaryPrimitives.WriteInt16LittleEndian(span, (short)edge);
                break;
            case 4 when isBig:
                BinaryPrimitives.WriteInt32BigEndian(span, random.Next(2) == 0 ? (int)edge : BinaryPrimitives.ReadInt32BigEndian(span) + random.Next(-16, 17));
                break;
            case 4:
                BinaryPrimitives.WriteInt32LittleEndian(span, random.Next(2) == 0 ? (int)edge : BinaryPrimitives.ReadInt32LittleEndian(span) + random.Next(-16, 17));
                break;
            default:
                BinaryPrimitives.WriteInt64LittleEndian(span, edge);
                break;
        }
        return bytes;
    }

    private static byte[] Set(byte[] input, int at, byte value)
    {
        byte[] bytes = [.. input];
        bytes[at] = value;
        return bytes;
    }
}
