using Microsoft.ML.Data;
using SkiaSharp;

namespace CDNet.MLNet.Data;

/// <summary>Reads pictures from files: upright by their EXIF orientation, 8 bits a channel, transparency laid on white.</summary>
/// <remarks>
/// JPEG (also CMYK and greyscale), PNG (also 16-bit), WebP, GIF and BMP; of an animation the first frame. ML.NET's own loader ignores the
/// orientation, so a face photographed with the camera on its side lies on its side there.
/// </remarks>
public static class PictureReader
{
    /// <summary>Most pixels a picture may have: 200 million.</summary>
    public const long MaxPixels = 200_000_000;

    /// <summary>Most bytes a file may have: 1 GiB.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>Most pixels for each byte of the file: 10,000, looked at from 4 million pixels on. Photographs have at most about 100, a PNG of one colour 8,000.</summary>
    public const long MaxPixelsPerByte = 10_000;

    private const long SmallPixels = 4_000_000;

    /// <summary>Endings of file names that folders are searched for, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Reads a picture.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The picture, which the caller disposes of.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty, no picture, truncated or too large; the message names the file and the reason.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MLImage Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
            throw new InvalidDataException($"{path}: a folder, not a picture.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file.", path);
        var bytes = new FileInfo(path).Length;
        if (bytes == 0)
            throw new InvalidDataException($"{path}: the file is empty.");
        if (bytes > MaxBytes)
            throw TooLarge(path, bytes);

        return Read(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a picture from the bytes of a file.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The picture, which the caller disposes of.</returns>
    /// <exception cref="InvalidDataException">The bytes are no picture, truncated or too large; the message says which.</exception>
    public static MLImage Read(ReadOnlyMemory<byte> content, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (content.IsEmpty)
            throw new InvalidDataException($"{name}: the file is empty.");
        if (content.Length > MaxBytes)
            throw TooLarge(name, content.Length);
        // Memory of the decoder's own: it asks a stream of .NET's for whatever lengths a damaged file claims, and an exception in there ends the process.
        using var data = SKData.CreateCopy(content.Span);
        using var codec = SKCodec.Create(new SKMemoryStream(data), out var opened)
            ?? throw new InvalidDataException($"{name}: {(opened == SKCodecResult.IncompleteInput ? "the picture is truncated" : "no picture in a known format (JPEG, PNG, WebP, GIF, BMP)")}.");
        return Decode(codec, content.Length, name);
    }

    private static InvalidDataException TooLarge(string name, long bytes) => new($"{name}: {bytes:N0} bytes are too many for a picture (at most {MaxBytes:N0}).");

    private static MLImage Decode(SKCodec codec, long bytes, string path)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MaxPixels)
            throw new InvalidDataException($"{path}: {width}x{height} pixels are too many (at most {MaxPixels:N0}).");
        // A file of a few bytes must not make the reader set a gigabyte aside.
        if ((long)width * height > Math.Max(SmallPixels, bytes * MaxPixelsPerByte))
            throw new InvalidDataException($"{path}: {width}x{height} pixels in {bytes:N0} bytes; at most {MaxPixelsPerByte:N0} for each byte are read.");
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
        var pixels = new byte[info.BytesSize];
        unsafe
        {
            fixed (byte* start = pixels)
            {
                var result = codec.GetPixels(info, (nint)start);
                if (result != SKCodecResult.Success)
                    throw new InvalidDataException($"{path}: {(result == SKCodecResult.IncompleteInput ? "the picture is truncated" : $"the picture is damaged ({result})")}.");
            }
        }
        if (codec.Info.AlphaType != SKAlphaType.Opaque)
            PixelOrientation.LayOnWhite(pixels);
        (pixels, width, height) = PixelOrientation.Upright(pixels, width, height, codec.EncodedOrigin);
        return ImageMemory.Track(MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels));
    }
}
