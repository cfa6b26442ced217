using System.Buffers;
using CDNet.MLNet.Pipeline;
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
    private const string What = "a picture";

    /// <summary>Endings of file names that folders are searched for, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Reads a picture.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The picture, which the caller disposes of.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty, no picture, truncated or too large; the message names the file and the reason.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MLImage Read(string path) => ToImage(ReadPixels(path));

    /// <summary>Reads a picture from the bytes of a file.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The picture, which the caller disposes of.</returns>
    /// <exception cref="InvalidDataException">The bytes are no picture, truncated or too large; the message says which.</exception>
    public static MLImage Read(ReadOnlyMemory<byte> content, string name) => ToImage(ReadPixels(content, name));

    /// <summary>Reads how large a picture says it is, from the head of its file; nothing is decoded.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>Width and height in pixels, as stored.</returns>
    /// <exception cref="InvalidDataException">The bytes are no picture, or end within its head; the message says which.</exception>
    public static (int Width, int Height) ReadSize(ReadOnlyMemory<byte> content, string name)
        => WithCodec(content, name, static codec => (codec.Info.Width, codec.Info.Height));

    /// <summary>As <see cref="Read(string)"/>, without a copy into an image.</summary>
    internal static PixelBuffer ReadPixels(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
            throw new InvalidDataException($"{path}: a folder, not a picture.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file.", path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (file.Length == 0)
            throw new InvalidDataException($"{path}: the file is empty.");
        FileSize.Require(path, file.Length, MaxBytes, What);
        // Read as a whole: the decoder would come back to this side for every few kilobytes.
        var bytes = ArrayPool<byte>.Shared.Rent((int)file.Length);
        try
        {
            var read = file.ReadAtLeast(bytes.AsSpan(0, (int)file.Length), (int)file.Length, throwOnEndOfStream: false);
            return Decode(bytes.AsMemory(0, read), path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>As <see cref="Read(ReadOnlyMemory{byte}, string)"/>, without a copy into an image.</summary>
    internal static PixelBuffer ReadPixels(ReadOnlyMemory<byte> content, string name)
    {
        FileSize.Require(name, content.Length, MaxBytes, What);
        return Decode(content, name);
    }

    private static MLImage ToImage(PixelBuffer pixels)
    {
        using (pixels)
            return ImageMemory.Track(MLImage.CreateFromPixels(pixels.Width, pixels.Height, MLPixelFormat.Rgba32, pixels.Pixels));
    }

    private static PixelBuffer Decode(ReadOnlyMemory<byte> content, string name) => WithCodec(content, name, codec => Decode(codec, content.Length, name));

    private static unsafe T WithCodec<T>(ReadOnlyMemory<byte> content, string name, Func<SKCodec, T> read)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (content.IsEmpty)
            throw new InvalidDataException($"{name}: the file is empty.");
        // Memory that the decoder sees whole: it asks a stream of .NET's for whatever lengths a damaged file claims, and an exception in there ends the process.
        using var pinned = content.Pin();
        using var data = SKData.Create((nint)pinned.Pointer, content.Length);
        using var stream = new SKMemoryStream(data);
        using var codec = SKCodec.Create(stream, out var opened)
            ?? throw new InvalidDataException($"{name}: {(opened == SKCodecResult.IncompleteInput ? "the picture is truncated" : "no picture in a known format (JPEG, PNG, WebP, GIF, BMP)")}.");
        return read(codec);
    }

    private static unsafe PixelBuffer Decode(SKCodec codec, long bytes, string path)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MaxPixels)
            throw new InvalidDataException($"{path}: {width}x{height} pixels are too many (at most {MaxPixels:N0}).");
        // A file of a few bytes must not make the reader set a gigabyte aside.
        if ((long)width * height > Math.Max(SmallPixels, bytes * MaxPixelsPerByte))
            throw new InvalidDataException($"{path}: {width}x{height} pixels in {bytes:N0} bytes; at most {MaxPixelsPerByte:N0} for each byte are read.");
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
        var pixels = ArrayPool<byte>.Shared.Rent(info.BytesSize);
        try
        {
            // The first frame of an animation may leave places out.
            if (codec.EncodedFormat != SKEncodedImageFormat.Jpeg)
                Array.Clear(pixels, 0, info.BytesSize);
            fixed (byte* start = pixels)
            {
                var result = codec.GetPixels(info, (nint)start);
                if (result != SKCodecResult.Success)
                    throw new InvalidDataException($"{path}: {(result == SKCodecResult.IncompleteInput ? "the picture is truncated" : $"the picture is damaged ({result})")}.");
            }
            if (codec.Info.AlphaType != SKAlphaType.Opaque)
                PixelOrientation.LayOnWhite(pixels.AsSpan(0, info.BytesSize));
            if (codec.EncodedOrigin is SKEncodedOrigin.TopLeft or 0)
                return new PixelBuffer(pixels, width, height);
            var upright = ArrayPool<byte>.Shared.Rent(info.BytesSize);
            (width, height) = PixelOrientation.Upright(pixels.AsSpan(0, info.BytesSize), upright, width, height, codec.EncodedOrigin);
            ArrayPool<byte>.Shared.Return(pixels);
            return new PixelBuffer(upright, width, height);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(pixels);
            throw;
        }
    }
}
