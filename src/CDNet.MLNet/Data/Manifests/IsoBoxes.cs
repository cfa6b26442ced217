using System.Buffers.Binary;
using System.Text;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>The boxes that an MP4 or QuickTime file consists of (ISO/IEC 14496-12): a length, four letters, and that many bytes.</summary>
internal static class IsoBoxes
{
    private static readonly string[] First = ["ftyp", "moov", "mdat", "free", "skip", "wide", "pnot"];

    /// <summary>Whether a file begins like one.</summary>
    public static bool IsHead(ReadOnlySpan<byte> head) => head.Length >= 8 && First.Contains(Encoding.ASCII.GetString(head.Slice(4, 4)));

    /// <summary>What is wrong: a box that ends behind the file (a download cut off), or no index; null where all is in place.</summary>
    public static string? Fault(Stream stream)
    {
        Span<byte> head = stackalloc byte[16];
        var hasIndex = false;
        for (long at = 0; at < stream.Length;)
        {
            stream.Position = at;
            var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (read < 8)
                return $"the MP4 file is cut off: {read} bytes behind its last part";
            long size = BinaryPrimitives.ReadUInt32BigEndian(head);
            var least = 8;
            if (size == 1 && read >= 16)
                (size, least) = (BinaryPrimitives.ReadInt64BigEndian(head[8..]), 16);
            else if (size == 0)
                size = stream.Length - at;
            var name = Encoding.ASCII.GetString(head.Slice(4, 4));
            if (size < least)
                return $"the MP4 file is damaged: its part {Printable(name)} at byte {at:N0} has length {size}";
            // The comparison is made this way round because at + size may run over.
            if (size > stream.Length - at)
                return $"the MP4 file is cut off: its part {Printable(name)} needs {size:N0} bytes from byte {at:N0}, the file has {stream.Length:N0}";
            hasIndex |= name == "moov";
            at += size;
        }
        return hasIndex ? null : "the MP4 file has no index (moov), so that no player can open it; the download was cut off";
    }

    private static string Printable(string name) => new([.. name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '?')]);
}
