using CDNet.MLNet.Pipeline;
using Microsoft.ML.Data;
using SkiaSharp;

namespace CDNet.MLNet.Data;

/// <summary>What happens to pictures on their way to a user: they are made smaller and compressed again. For measuring how a model bears it.</summary>
public sealed record PictureDegradation
{
    /// <summary>Factor of width and height, 0.01 to 1. Default: 1, the size stays.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Quality of the JPEG file that the picture goes through, 1 to 100; null for none. Default: null.</summary>
    public int? JpegQuality { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        Check.Range(Scale, 0.01, 1, nameof(Scale));
        if (JpegQuality is { } quality)
            Check.Range(quality, 1, 100, nameof(JpegQuality));
    }

    /// <summary>The picture as it arrives: made smaller first, then compressed.</summary>
    internal MLImage Apply(MLImage picture)
    {
        using var bitmap = new SKBitmap();
        var info = new SKImageInfo(picture.Width, picture.Height, picture.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888, SKAlphaType.Opaque);
        unsafe
        {
            fixed (byte* pixels = picture.Pixels)
            {
                bitmap.InstallPixels(info, (nint)pixels);
                using var smaller = Scaled(bitmap);
                using var arrived = Recompressed(smaller ?? bitmap);
                return ToImage(arrived ?? smaller ?? bitmap);
            }
        }
    }

    private SKBitmap? Scaled(SKBitmap bitmap)
    {
        if (Scale >= 1)
            return null;
        var info = bitmap.Info.WithSize(Math.Max(1, (int)Math.Round(bitmap.Width * Scale)), Math.Max(1, (int)Math.Round(bitmap.Height * Scale)));
        return bitmap.Resize(info, SKFilterQuality.Medium) ?? throw new InvalidOperationException($"SkiaSharp cannot scale a picture to {info.Width}x{info.Height} pixels.");
    }

    private SKBitmap? Recompressed(SKBitmap bitmap)
    {
        if (JpegQuality is not { } quality)
            return null;
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        return SKBitmap.Decode(encoded, bitmap.Info) ?? throw new InvalidOperationException($"SkiaSharp cannot read its own JPEG of quality {quality}.");
    }

    private static MLImage ToImage(SKBitmap bitmap)
    {
        var format = bitmap.ColorType == SKColorType.Bgra8888 ? MLPixelFormat.Bgra32 : MLPixelFormat.Rgba32;
        return ImageMemory.Track(MLImage.CreateFromPixels(bitmap.Width, bitmap.Height, format, bitmap.GetPixelSpan()));
    }
}
