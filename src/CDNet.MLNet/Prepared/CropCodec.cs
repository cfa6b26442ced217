using System.Buffers;
using SkiaSharp;

namespace CDNet.MLNet.Prepared;

/// <summary>Crops as picture files in memory, and back.</summary>
internal static class CropCodec
{
    private const int JpegQuality = 95;

    /// <summary>Encodes a crop.</summary>
    /// <param name="planes">[3,side,side] bytes: red, green and blue planes.</param>
    /// <param name="side">Side in pixels.</param>
    /// <param name="encoding">The file format.</param>
    /// <returns>A PNG or JPEG file.</returns>
    public static unsafe byte[] Encode(ReadOnlySpan<byte> planes, int side, CropEncoding encoding)
    {
        var area = side * side;
        var pixels = ArrayPool<byte>.Shared.Rent(4 * area);
        try
        {
            for (var i = 0; i < area; i++)
                (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2], pixels[4 * i + 3]) = (planes[i], planes[area + i], planes[2 * area + i], 255);
            fixed (byte* start = pixels)
            {
                using var pixmap = new SKPixmap(InfoOf(side), (nint)start);
                using var file = encoding == CropEncoding.Png
                    ? FastPng.Encode(pixmap)
                    : pixmap.Encode(new SKJpegEncoderOptions(JpegQuality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore));
                return file?.ToArray() ?? throw new InvalidOperationException($"A crop of {side}x{side} pixels could not be encoded as {encoding}.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    /// <summary>Decodes a crop; an empty file is the crop of a picture without a face, all zero.</summary>
    /// <param name="file">A PNG or JPEG file.</param>
    /// <param name="side">Side in pixels.</param>
    /// <param name="planes">Receives [3,side,side] bytes.</param>
    /// <exception cref="InvalidDataException">It is no picture, or one of another size.</exception>
    public static unsafe void Decode(ReadOnlySpan<byte> file, int side, Span<byte> planes)
    {
        if (file.IsEmpty)
        {
            planes.Clear();
            return;
        }
        var area = side * side;
        var pixels = ArrayPool<byte>.Shared.Rent(4 * area);
        try
        {
            using var data = SKData.CreateCopy(file);
            using var codec = SKCodec.Create(data) ?? throw new InvalidDataException("A prepared crop is no picture: the file is damaged.");
            if (codec.Info.Width != side || codec.Info.Height != side)
                throw new InvalidDataException($"A prepared crop has {codec.Info.Width}x{codec.Info.Height} pixels; expected {side}x{side}.");
            fixed (byte* start = pixels)
            {
                if (codec.GetPixels(InfoOf(side), (nint)start) is not SKCodecResult.Success and var result)
                    throw new InvalidDataException($"A prepared crop cannot be decoded ({result}): the file is damaged.");
            }
            for (var i = 0; i < area; i++)
                (planes[i], planes[area + i], planes[2 * area + i]) = (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private static SKImageInfo InfoOf(int side) => new(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque);
}
