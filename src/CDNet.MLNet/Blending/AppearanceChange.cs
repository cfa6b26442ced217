using SkiaSharp;

namespace CDNet.MLNet.Blending;

/// <summary>How one of the two layers of a blended face comes to look other than the other: its colours, and how sharp it is.</summary>
/// <param name="Hue">Turn of the hue in degrees.</param>
/// <param name="Saturation">Factor of the saturation.</param>
/// <param name="Contrast">Factor of the contrast, about the middle grey.</param>
/// <param name="Shift">What is added to red, green and blue, in shares of the largest value.</param>
/// <param name="Sharpness">Below 0 blurred by as many pixels of deviation, above 0 sharpened by this share.</param>
/// <param name="Coarseness">By what factor it is made smaller and larger again; 1 for not at all.</param>
internal sealed record AppearanceChange(float Hue, float Saturation, float Contrast, IReadOnlyList<float> Shift, float Sharpness, float Coarseness)
{
    // Brightness as the eye weighs the colours (ITU-R BT.709).
    private const float Red = 0.213f;
    private const float Green = 0.715f;
    private const float Blue = 0.072f;

    /// <summary>Draws a change: of the colours nearly always, of the sharpness half of the time.</summary>
    public static AppearanceChange Draw(Random random)
    {
        float About(double limit) => (float)random.NextWithin(limit);
        var hasColours = random.NextBool(0.85);
        var (hue, saturation, contrast, brightness) = (About(12), 1 + About(0.35), 1 + About(0.15), About(0.06));
        float[] shift = [.. Enumerable.Range(0, 3).Select(_ => brightness + About(0.05))];
        var (kind, amount) = (random.Next(6), random.NextSingle());
        var sharpness = kind switch { 0 => -(0.4f + amount), 1 => 0.1f + 0.4f * amount, _ => 0 };
        var coarseness = kind == 2 || !hasColours && kind > 2 ? 1.3f + 1.7f * amount : 1;
        return hasColours
            ? new AppearanceChange(hue, saturation, contrast, shift, sharpness, coarseness)
            : new AppearanceChange(0, 1, 1, [0, 0, 0], sharpness, coarseness);
    }

    /// <summary>The picture with the change.</summary>
    public SKBitmap Apply(SKBitmap picture)
    {
        using var coarse = Coarsen(picture);
        using var colours = SKColorFilter.CreateColorMatrix(ColourMatrix());
        using var sharpened = Sharpness switch
        {
            < 0 => SKImageFilter.CreateBlur(-Sharpness, -Sharpness, SKShaderTileMode.Clamp, null, null),
            > 0 => SKImageFilter.CreateMatrixConvolution(new SKSizeI(3, 3), Sharpening(), 1, 0, new SKPointI(1, 1), SKShaderTileMode.Clamp, convolveAlpha: false, null, null),
            _ => null,
        };
        using var paint = new SKPaint { ColorFilter = colours, ImageFilter = sharpened };
        var changed = new SKBitmap(picture.Info);
        using var canvas = new SKCanvas(changed);
        canvas.DrawBitmap(coarse ?? picture, 0, 0, paint);
        return changed;
    }

    private SKBitmap? Coarsen(SKBitmap picture)
    {
        if (Coarseness <= 1)
            return null;
        using var small = picture.Resize(picture.Info.WithSize(Side(picture.Width), Side(picture.Height)), SKFilterQuality.Medium);
        return small.Resize(picture.Info, SKFilterQuality.Medium);

        int Side(int pixels) => Math.Max(1, (int)MathF.Round(pixels / Coarseness));
    }

    private float[] Sharpening()
    {
        var side = -Sharpness;
        return [0, side, 0, side, 1 - 4 * side, side, 0, side, 0];
    }

    /// <summary>Hue and saturation at the same brightness, then contrast and shift: three rows of four colours and an offset, and alpha as it is.</summary>
    private float[] ColourMatrix()
    {
        var (sine, cosine) = MathF.SinCos(Hue * MathF.PI / 180);
        float[] weights = [Red, Green, Blue];
        // The turn of the plane across the greys, as SVG has it.
        float[] turn = [-Red, -Green, 1 - Blue, 0.143f, 0.140f, -0.283f, -(1 - Red), Green, Blue];
        var matrix = new float[20];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
            {
                var grey = weights[column];
                var hue = grey + cosine * ((row == column ? 1 : 0) - grey) + sine * turn[3 * row + column];
                matrix[5 * row + column] = Contrast * (grey + Saturation * (hue - grey));
            }
            matrix[5 * row + 4] = (1 - Contrast) / 2 + Shift[row];
        }
        matrix[18] = 1;
        return matrix;
    }
}
