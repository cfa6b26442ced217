using SkiaSharp;

namespace CDNet.MLNet.Torch.Training.Augmentation;

/// <summary>Cuts crops out a little elsewhere, as another detector would have done, of a head that is held otherwise; the border repeats beyond the crop.</summary>
/// <param name="Limit">Most that a crop moves to each side as a share of its side: each for itself, because box and points are found for themselves.</param>
/// <param name="Scale">How much larger all five crops show what they show.</param>
/// <param name="Degrees">By how much all five turn, clockwise.</param>
internal sealed record Move(double Limit, double Scale, double Degrees) : ICropChange
{
    public void Apply(Span<byte> planes, int side, double resolution, Random random)
    {
        var (right, down, half) = ((float)(side * random.NextWithin(Limit)), (float)(side * random.NextWithin(Limit)), side / 2f);
        var matrix = SKMatrix.CreateTranslation(right, down)
            .PreConcat(SKMatrix.CreateRotationDegrees((float)Degrees, half, half))
            .PreConcat(SKMatrix.CreateScale((float)Scale, (float)Scale, half, half));
        using var before = SkiaPlanes.ToBitmap(planes, side);
        using var after = new SKBitmap(before.Info);
        using var shader = SKShader.CreateBitmap(before, SKShaderTileMode.Clamp, SKShaderTileMode.Clamp, matrix);
        // Bicubic: a bilinear step between pixels would blur, and blur is what the amplitudes look at.
        using var paint = new SKPaint { Shader = shader, FilterQuality = SKFilterQuality.High };
        using (var canvas = new SKCanvas(after))
            canvas.DrawPaint(paint);
        SkiaPlanes.FromBitmap(after, planes);
    }
}
