using Microsoft.ML.Data;

namespace CDNet.MLNet.Faces;

/// <summary>The pixels of a picture, looked at without a copy: 4 bytes a pixel, rows from top to bottom without padding.</summary>
internal readonly ref struct PixelView
{
    public const int Channels = 4;

    public PixelView(ReadOnlySpan<byte> pixels, int width, int height, bool isBgra)
    {
        if (pixels.Length != (long)width * height * Channels)
            throw new ArgumentException($"{pixels.Length} bytes are not {width}x{height} pixels of {Channels} bytes.", nameof(pixels));
        Pixels = pixels;
        Width = width;
        Height = height;
        IsBgra = isBgra;
    }

    public ReadOnlySpan<byte> Pixels { get; }

    public int Width { get; }

    public int Height { get; }

    /// <summary>True for blue, green, red, alpha; false for red, green, blue, alpha.</summary>
    public bool IsBgra { get; }

    public static PixelView Of(MLImage image)
        => new(image.Pixels, image.Width, image.Height, image.PixelFormat == MLPixelFormat.Bgra32);

    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(y * Width * Channels, Width * Channels);
}
