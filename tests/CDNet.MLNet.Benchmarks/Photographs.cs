using CDNet.MLNet.Data;
using SkiaSharp;

namespace CDNet.MLNet.Benchmarks;

/// <summary>Photographs of 1920x1080 pixels with one face, made of pictures of faces.</summary>
internal static class Photographs
{
    public const int Width = 1920;
    public const int Height = 1080;

    private const int FaceSide = 560;
    private const int BlockSide = 60;
    private const int Quality = 90;

    /// <summary>Writes photographs as JPEG files: each picture at 560 pixels somewhere before squares of itself in any order, with the noise of a camera.</summary>
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
        var random = new Random(seed);
        for (var y = 0; y < Height; y += BlockSide)
        {
            for (var x = 0; x < Width; x += BlockSide)
            {
                // As large as if the picture filled the frame.
                var (side, block) = (Math.Min(source.Width, source.Height), Math.Max(1, Math.Min(source.Width, source.Height) * BlockSide / Width));
                var (fromX, fromY) = (random.Next(side - block + 1), random.Next(side - block + 1));
                canvas.DrawBitmap(source, new SKRect(fromX, fromY, fromX + block, fromY + block), new SKRect(x, y, x + BlockSide, y + BlockSide), paint);
            }
        }
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
