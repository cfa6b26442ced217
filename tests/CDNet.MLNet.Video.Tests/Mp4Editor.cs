using System.Buffers.Binary;
using System.Text;

namespace CDNet.MLNet.Video.Tests;

/// <summary>Changes boxes of an MP4 file by hand, for files that no encoder here writes: rotated, of variable frame rate, with a header that lies.</summary>
internal sealed class Mp4Editor
{
    private byte[] _bytes;

    public Mp4Editor(string path) => _bytes = File.ReadAllBytes(path);

    public string Save(string path)
    {
        File.WriteAllBytes(path, _bytes);
        return path;
    }

    /// <summary>Sets the matrix of the video track, 90 degrees clockwise.</summary>
    public Mp4Editor Rotate90()
    {
        // tkhd of version 0: 8 bytes of head, 4 of version and flags, 36 of times and ids; then the matrix a b u c d v x y w.
        var matrix = Find("moov", "trak", "tkhd") + 48;
        int[] values = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(matrix + 4 * i), values[i]);
        return this;
    }

    /// <summary>Says how long frames are shown: how many of them, and for how many units of the track's clock.</summary>
    public Mp4Editor SetDurations(params (int Count, int Units)[] runs)
    {
        string[] path = ["moov", "trak", "mdia", "minf", "stbl", "stts"];
        var box = Find(path);
        var old = BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(box));
        var table = new byte[16 + 8 * runs.Length];
        _bytes.AsSpan(box, 12).CopyTo(table);
        BinaryPrimitives.WriteInt32BigEndian(table, table.Length);
        BinaryPrimitives.WriteInt32BigEndian(table.AsSpan(12), runs.Length);
        for (var i = 0; i < runs.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(table.AsSpan(16 + 8 * i), runs[i].Count);
            BinaryPrimitives.WriteInt32BigEndian(table.AsSpan(20 + 8 * i), runs[i].Units);
        }
        // The boxes around it grow with it. moov is the last of the file, so that nothing else moves.
        for (var depth = 1; depth < path.Length; depth++)
        {
            var around = _bytes.AsSpan(Find(path[..depth]));
            BinaryPrimitives.WriteInt32BigEndian(around, BinaryPrimitives.ReadInt32BigEndian(around) + table.Length - old);
        }
        _bytes = [.. _bytes[..box], .. table, .. _bytes[(box + old)..]];
        return this;
    }

    /// <summary>How long each frame is shown, in units of the track's clock; all the same in files of OpenCV.</summary>
    public int UnitsPerFrame => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(Find("moov", "trak", "mdia", "minf", "stbl", "stts") + 20));

    /// <summary>Puts the index before the pictures, as for the web.</summary>
    public Mp4Editor IndexFirst()
    {
        var (moov, mdat) = (Find("moov"), Find("mdat"));
        var size = BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(moov));
        var offsets = Find("moov", "trak", "mdia", "minf", "stbl", "stco");
        var count = BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(offsets + 12));
        for (var i = 0; i < count; i++)
        {
            var offset = _bytes.AsSpan(offsets + 16 + 4 * i);
            BinaryPrimitives.WriteInt32BigEndian(offset, BinaryPrimitives.ReadInt32BigEndian(offset) + size);
        }
        _bytes = [.. _bytes[..mdat], .. _bytes[moov..(moov + size)], .. _bytes[mdat..moov], .. _bytes[(moov + size)..]];
        return this;
    }

    /// <summary>Where a box begins: 4 bytes of size, 4 of name.</summary>
    private int Find(params string[] path)
    {
        var (at, end) = (0, _bytes.Length);
        foreach (var name in path)
        {
            while (Encoding.ASCII.GetString(_bytes, at + 4, 4) != name)
            {
                at += BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(at));
                Assert.IsLessThan(end, at, $"no box {name}");
            }
            if (name != path[^1])
                at += 8;
        }
        return at;
    }
}
