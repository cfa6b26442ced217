using CDNet.MLNet.Faces;
using Microsoft.ML.Data;
using SkiaSharp;

namespace CDNet.MLNet.Reports;

/// <summary>A picture as a page carries it: a JPEG, smaller where the picture is large.</summary>
/// <param name="Jpeg">The file.</param>
/// <param name="Width">Width of the picture that coordinates refer to, in pixels.</param>
/// <param name="Height">Its height.</param>
internal sealed record ReportImage(byte[] Jpeg, int Width, int Height)
{
    private const int LongestSide = 1280;
    private const int ThumbnailSide = 160;
    private const int Quality = 85;

    /// <summary>The picture for a page's <c>src</c> or <c>href</c>.</summary>
    public string DataUri => "data:image/jpeg;base64," + Convert.ToBase64String(Jpeg);

    /// <summary>A picture as a whole, or a thumbnail of a face and what is around it.</summary>
    public static ReportImage Of(MLImage picture, FaceBox? face)
    {
        unsafe
        {
            fixed (byte* pixels = picture.Pixels)
            {
                var color = picture.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888;
                using var pixmap = new SKPixmap(new SKImageInfo(picture.Width, picture.Height, color, SKAlphaType.Opaque), (nint)pixels);
                using var image = SKImage.FromPixels(pixmap);
                return face is { } box ? Thumbnail(image, box) : Whole(image);
            }
        }
    }

    private static ReportImage Whole(SKImage image)
    {
        var scale = Math.Min(1, (float)LongestSide / Math.Max(image.Width, image.Height));
        var (width, height) = (Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
        return new ReportImage(Draw(image, new SKRect(0, 0, image.Width, image.Height), width, height), image.Width, image.Height);
    }

    private static ReportImage Thumbnail(SKImage image, FaceBox box)
    {
        var half = 0.8f * Math.Max(box.Width, box.Height);
        var around = new SKRect(box.Center.X - half, box.Center.Y - half, box.Center.X + half, box.Center.Y + half);
        return new ReportImage(Draw(image, around, ThumbnailSide, ThumbnailSide), ThumbnailSide, ThumbnailSide);
    }

    private static byte[] Draw(SKImage image, SKRect from, int width, int height)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height));
        surface.Canvas.Clear(SKColors.Black);
        using var paint = new SKPaint { FilterQuality = SKFilterQuality.High };
        surface.Canvas.DrawImage(image, from, new SKRect(0, 0, width, height), paint);
        using var drawn = surface.Snapshot();
        using var file = drawn.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return file.ToArray();
    }
}
