using System.Runtime.InteropServices;
using SkiaSharp;

namespace CDNet.MLNet.Data;

/// <summary>Brings decoded pixels into the form that the rest works on.</summary>
internal static class PixelOrientation
{
    /// <summary>Turns and mirrors pixels as their EXIF orientation says.</summary>
    /// <param name="pixels">4 bytes a pixel, row by row.</param>
    /// <param name="upright">Receives the pixels as they belong; at least as many bytes.</param>
    /// <param name="width">Width as stored.</param>
    /// <param name="height">Height as stored.</param>
    /// <param name="origin">Where the stored first row and column belong.</param>
    /// <returns>Width and height as they belong.</returns>
    public static (int Width, int Height) Upright(ReadOnlySpan<byte> pixels, Span<byte> upright, int width, int height, SKEncodedOrigin origin)
    {
        var swaps = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (newWidth, newHeight) = swaps ? (height, width) : (width, height);
        var source = MemoryMarshal.Cast<byte, uint>(pixels);
        var target = MemoryMarshal.Cast<byte, uint>(upright);
        for (var y = 0; y < newHeight; y++)
        {
            for (var x = 0; x < newWidth; x++)
            {
                var (fromX, fromY) = origin switch
                {
                    SKEncodedOrigin.TopRight => (width - 1 - x, y),
                    SKEncodedOrigin.BottomRight => (width - 1 - x, height - 1 - y),
                    SKEncodedOrigin.BottomLeft => (x, height - 1 - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, height - 1 - x),
                    SKEncodedOrigin.RightBottom => (width - 1 - y, height - 1 - x),
                    SKEncodedOrigin.LeftBottom => (width - 1 - y, x),
                    _ => (x, y),
                };
                target[y * newWidth + x] = source[fromY * width + fromX];
            }
        }
        return (newWidth, newHeight);
    }

    /// <summary>Lays premultiplied pixels on white.</summary>
    public static void LayOnWhite(Span<byte> pixels)
    {
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var white = 255 - pixels[i + 3];
            if (white == 0)
                continue;
            for (var channel = 0; channel < 3; channel++)
                pixels[i + channel] = (byte)Math.Min(255, pixels[i + channel] + white);
            pixels[i + 3] = 255;
        }
    }
}
