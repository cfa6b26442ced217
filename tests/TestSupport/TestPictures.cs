using Microsoft.ML.Data;
using SkiaSharp;

namespace CDNet.TestSupport;

/// <summary>Pictures that tests draw: grey noise with red squares, which <see cref="MarkerDetector"/> takes for faces.</summary>
public static class TestPictures
{
    /// <summary>Draws a picture.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="seed">Seed of the noise.</param>
    /// <param name="faces">Centre and side of each red square, in pixels.</param>
    public static SKBitmap Draw(int width, int height, int seed, params (int X, int Y, int Side)[] faces)
    {
        var random = new Random(seed);
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = PixelsOf(bitmap);
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var gray = (byte)random.Next(60, 190);
            (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = (gray, gray, gray, 255);
        }
        using var canvas = new SKCanvas(bitmap);
        foreach (var (x, y, side) in faces)
        {
            using var red = new SKPaint { Color = new SKColor(230, 10, 10) };
            canvas.DrawRect(x - side / 2f, y - side / 2f, side, side, red);
        }
        return bitmap;
    }

    /// <summary>A 128x128 picture with one face whose surroundings tell its class: fakes are striped, reals are not.</summary>
    public static SKBitmap DrawLabeled(bool isFake, int seed)
    {
        var bitmap = Draw(128, 128, seed, (56, 56, 20));
        if (!isFake)
            return bitmap;
        var pixels = PixelsOf(bitmap);
        for (var i = 0; i < pixels.Length; i += 4)
        {
            if (i / 4 % 128 % 4 >= 2 && pixels[i + 1] > 20)
                pixels.Slice(i, 3).Fill((byte)(pixels[i] / 2));
        }
        return bitmap;
    }

    private static unsafe Span<byte> PixelsOf(SKBitmap bitmap) => new((void*)bitmap.GetPixels(), bitmap.ByteCount);

    /// <summary>Writes a picture as PNG, or as JPEG where the name ends so.</summary>
    public static string Save(SKBitmap bitmap, string path)
    {
        var format = path.EndsWith(".jpg", StringComparison.Ordinal) ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png;
        using var data = bitmap.Encode(format, 95);
        File.WriteAllBytes(path, data.ToArray());
        return path;
    }

    /// <summary>The picture as ML.NET holds it.</summary>
    public static MLImage ToImage(SKBitmap bitmap)
        => MLImage.CreateFromPixels(bitmap.Width, bitmap.Height, MLPixelFormat.Rgba32, bitmap.GetPixelSpan());

    /// <summary>A folder with real/ and fake/ of labelled pictures, by turns.</summary>
    /// <returns>The paths with their labels.</returns>
    public static IReadOnlyList<(string Path, bool IsFake)> WriteLabeledSet(string folder, int count, int firstSeed = 0)
    {
        var written = new List<(string, bool)>();
        for (var i = 0; i < count; i++)
        {
            var isFake = i % 2 == 1;
            var of = Path.Combine(folder, isFake ? "fake" : "real");
            Directory.CreateDirectory(of);
            using var bitmap = DrawLabeled(isFake, firstSeed + i);
            written.Add((Save(bitmap, Path.Combine(of, $"{i:000}.png")), isFake));
        }
        return written;
    }
}
