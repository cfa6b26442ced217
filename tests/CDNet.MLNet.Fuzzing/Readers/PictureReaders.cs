using System.Buffers.Binary;
using System.IO.Hashing;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Fuzzing.Readers;

/// <summary>Pictures: read, and read and taken through detection and cropping.</summary>
internal static class PictureReaders
{
    private static readonly Lazy<FaceDetector> Detector = new(() => new FaceDetector(MarkerDetector.Create()));

    public static IReadOnlyList<Reader> All { get; } =
    [
        new Reader("picture", Read) { Repair = Checksums, MaxAllocation = PictureReader.MaxPixels * 4 * 2, IsSlow = true, Words = ["IHDR", "IDAT", "PLTE", "Exif\0\0", "VP8 ", "VP8L", "VP8X", "GIF89a"] },
        new Reader("crop", Crop) { Repair = Checksums, MaxAllocation = PictureReader.MaxPixels * 4 * 2, IsSlow = true, Seeds = () => Faces() },
    ];

    private static void Read(byte[] input) => PictureReader.Read(input, "input").Dispose();

    private static void Crop(byte[] input)
    {
        using var picture = PictureReader.Read(input, "input");
        var pixels = PixelView.Of(picture);
        var options = new FacePartCropOptions();
        foreach (var face in Detector.Value.Detect(pixels, options))
            FaceCrops.Cut(pixels, face, options);
    }

    private static IEnumerable<byte[]> Faces()
    {
        foreach (var ending in new[] { "png", "jpg" })
        {
            using var bitmap = TestPictures.Draw(64, 48, 5, (30, 24, 8));
            yield return File.ReadAllBytes(TestPictures.Save(bitmap, Scratch.PathOf("face." + ending)));
        }
    }

    /// <summary>Writes the checksums of a PNG's chunks anew: the decoder looks at nothing behind a wrong one.</summary>
    private static byte[] Checksums(byte[] input)
    {
        ReadOnlySpan<byte> mark = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
        if (!input.AsSpan().StartsWith(mark))
            return input;
        byte[] bytes = [.. input];
        for (var at = mark.Length; at + 12 <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - 12)
                break;
            var end = at + 8 + (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(end), Crc32.HashToUInt32(bytes.AsSpan(at + 4, 4 + (int)length)));
            at = end + 4;
        }
        return bytes;
    }
}
