using System.Buffers.Binary;

namespace CDNet.MLNet.Data.Manifests;

/// <summary>Tells from a file's first bytes, and from how its parts lie, whether it is a whole picture or video; decodes nothing.</summary>
internal static class MediaFile
{
    private const int HeadBytes = 512;
    private const int TransportPacket = 188;

    /// <summary>What is wrong with a file; null where it looks whole.</summary>
    /// <param name="path">The file.</param>
    public static string? Fault(string path)
    {
        try
        {
            using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite, BufferSize = 0 });
            if (stream.Length == 0)
                return "the file is empty";
            var head = new byte[HeadBytes];
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            if (IsoBoxes.IsHead(head))
                return IsoBoxes.Fault(stream);
            if (IsRiff(head, "AVI "))
                return BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)) + 8L > stream.Length ? "the AVI file is cut off" : null;
            return IsKnown(head) ? null : "neither a video nor a picture in a known format, by its first bytes";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static bool IsKnown(ReadOnlySpan<byte> head)
        => head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])                                                  // Matroska, WebM
        || head.StartsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0x01, 0xBA])                                                  // MPEG program stream
        || head.StartsWith((ReadOnlySpan<byte>)[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11])                          // Windows Media
        || head.StartsWith("FLV"u8)
        || head.StartsWith("OggS"u8)
        || (head.Length > TransportPacket && head[0] == 0x47 && head[TransportPacket] == 0x47)                            // MPEG transport stream
        || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])                                                        // JPEG
        || head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])                          // PNG
        || head.StartsWith("GIF8"u8)
        || head.StartsWith("BM"u8)
        || IsRiff(head, "WEBP");

    private static bool IsRiff(ReadOnlySpan<byte> head, string form)
        => head.Length >= 12 && head.StartsWith("RIFF"u8) && System.Text.Encoding.ASCII.GetString(head.Slice(8, 4)) == form;
}
