using CDNet.MLNet.Data;
using SkiaSharp;

namespace CDNet.MLNet.Benchmarks;

/// <summary>Photographs of 1920x1080 pixels with one face, made of pictures of faces.</summary>
internal static class Photographs
{
    public const int Width = 1920;
    public const int Height = 1080;

    private const int FaceSide = 560;
    private const int Quality = 90;

    /// <summary>Writes photographs as JPEG files: each picture at 560 pixels somewhere before itself, which fills the frame, stands on its head and has the noise of a camera.</summary>
    /// <param name="pictures">Pictures of faces.</param>
    /// <param name="folder">Where to.</param>
    /// <returns>The files.</returns>
    public static string[] Write(IEnumerable<string> pictures, string folder)
        => [.. pictures.Select((path, i) =>
        {
            var file = Path.Combine(folder, $"photograph{i:000}.jpg");
            Write(path, i, file);
            return file;
        })];

    private static void Write(string picture, int seed, string file)
    {
        using var image = PictureReader.Read(picture);
        using var source = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        image.Pixels.CopyTo(Pixels(source));
        using var photograph = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(photograph);
        using var paint = new SKPaint { FilterQuality = SKFilterQuality.High };
        canvas.Save();
        canvas.RotateDegrees(180, Width / 2f, Height / 2f);
        canvas.DrawBitmap(source, new SKRect(0, (Height - Width) / 2f, Width, (Height + Width) / 2f), paint);
        canvas.Restore();
        var random = new Random(seed);
        var (left, top) = (random.Next(100, Width - FaceSide - 100), random.Next(100, Height - FaceSide - 100));
        canvas.DrawBitmap(source, new SKRect(left, top, left + FaceSide, top + FaceSide), paint);
        var pixels = Pixels(photograph);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 ? (byte)255 : (byte)Math.Clamp(pixels[i] + random.Next(-3, 4), 0, 255);
        using var data = photograph.Encode(SKEncodedImageFormat.Jpeg, Quality);
        File.WriteAllBytes(file, data.ToArray());
    }

    private static unsafe Span<byte> Pixels(SKBitmap bitmap) => new((void*)bitmap.GetPixels(), bitmap.ByteCount);
}
