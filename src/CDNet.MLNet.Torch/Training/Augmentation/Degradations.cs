using System.Runtime.InteropServices;
using SkiaSharp;

namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>A Gaussian blur; the border repeats beyond the crop.</summary>
/// <param name="Sigma">Standard deviation in pixels of the face crop.</param>
internal sealed record Blur(double Sigma) : ICropChange
{
    public void Apply(Span<byte> planes, int side, double resolution, Random random)
    {
        var sigma = Sigma * resolution;
        var reach = Math.Max(1, (int)Math.Ceiling(3 * sigma));
        var weights = Enumerable.Range(-reach, 2 * reach + 1).Select(at => Math.Exp(-at * at / (2 * sigma * sigma))).ToArray();
        var total = weights.Sum();
        var kernel = Array.ConvertAll(weights, weight => (float)(weight / total));
        // Along the rows into a turned plane, then along the rows of that: both times a padded line is read.
        var (line, turned) = (new float[side + 2 * reach], new float[side * side]);
        for (var start = 0; start < planes.Length; start += side * side)
        {
            var plane = planes.Slice(start, side * side);
            for (var y = 0; y < side; y++)
            {
                for (var x = -reach; x < side + reach; x++)
                    line[x + reach] = plane[y * side + Math.Clamp(x, 0, side - 1)];
                Convolve(line, kernel, turned.AsSpan(y), side);
            }
            for (var x = 0; x < side; x++)
            {
                for (var y = -reach; y < side + reach; y++)
                    line[y + reach] = turned[x * side + Math.Clamp(y, 0, side - 1)];
                for (var y = 0; y < side; y++)
                    plane[y * side + x] = ColourPixels.ToByte(Sum(line.AsSpan(y), kernel));
            }
        }
    }

    private static void Convolve(float[] line, float[] kernel, Span<float> column, int side)
    {
        for (var x = 0; x < side; x++)
            column[x * side] = Sum(line.AsSpan(x), kernel);
    }

    private static float Sum(ReadOnlySpan<float> line, float[] kernel)
    {
        var sum = 0f;
        for (var i = 0; i < kernel.Length; i++)
            sum += kernel[i] * line[i];
        return sum;
    }
}

/// <summary>Scales down and up again, as pictures are that were once small.</summary>
/// <param name="Factor">Scale of the face crop when it is smallest, above 0.</param>
internal sealed record Downscale(double Factor) : ICropChange
{
    public void Apply(Span<byte> planes, int side, double resolution, Random random)
    {
        // The parts are coarser than the face already: they lose only what the small face lacks.
        var small = Math.Max(1, (int)Math.Round(side * Math.Min(1, Factor / resolution)));
        if (small >= side)
            return;
        using var full = SkiaPlanes.ToBitmap(planes, side);
        using var shrunk = Scaled(full, small);
        using var grown = Scaled(shrunk, side);
        SkiaPlanes.FromBitmap(grown, planes);
    }

    private static SKBitmap Scaled(SKBitmap bitmap, int side)
        => bitmap.Resize(bitmap.Info.WithSize(side, side), SKFilterQuality.Medium) ?? throw new InvalidOperationException($"SkiaSharp cannot scale a crop to {side} pixels.");
}

/// <summary>Compresses to JPEG and back.</summary>
/// <param name="Quality">1 to 100.</param>
internal sealed record JpegRecompression(int Quality) : ICropChange
{
    public void Apply(Span<byte> planes, int side, double resolution, Random random)
    {
        using var bitmap = SkiaPlanes.ToBitmap(planes, side);
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        using var decoded = SKBitmap.Decode(encoded, bitmap.Info) ?? throw new InvalidOperationException($"SkiaSharp cannot read its own JPEG of quality {Quality}.");
        SkiaPlanes.FromBitmap(decoded, planes);
    }
}

/// <summary>Carries crops to SkiaSharp and back.</summary>
internal static class SkiaPlanes
{
    public static SKBitmap ToBitmap(ReadOnlySpan<byte> planes, int side)
    {
        var size = side * side;
        var pixels = new byte[4 * size];
        for (var i = 0; i < size; i++)
        {
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]) = (planes[i], planes[i + size], planes[i + 2 * size]);
            pixels[4 * i + 3] = 255;
        }
        var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        return bitmap;
    }

    public static void FromBitmap(SKBitmap bitmap, Span<byte> planes)
    {
        var pixels = bitmap.GetPixelSpan();
        var size = planes.Length / 3;
        for (var i = 0; i < size; i++)
            (planes[i], planes[i + size], planes[i + 2 * size]) = (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]);
    }
}
