using CDNet.MLNet.Faces;
using SkiaSharp;

namespace CDNet.MLNet.Blending;

/// <summary>One way to lay a face over itself so that it shows what a swapped face shows: an edge, and two origins.</summary>
/// <param name="Change">What one of the two layers looks like.</param>
/// <param name="IsFaceChanged">Whether that is the face that is laid over, or all about it.</param>
/// <param name="Outline">The edge.</param>
/// <param name="Softness">Deviation of the blur of the edge, in distances of the eyes.</param>
/// <param name="Opacity">How far the face covers what it lies on, 0 to 1.</param>
/// <param name="Scale">Factor of the face's size.</param>
/// <param name="Turn">Turn of the face in degrees.</param>
/// <param name="MoveX">How far the face is moved to the right, in widths of its box.</param>
/// <param name="MoveY">How far it is moved down, in heights of its box.</param>
/// <remarks>Shiohara and Yamasaki, "Detecting deepfakes with self-blended images", 2022; their ranges, with an outline from six points in place of 81.</remarks>
internal sealed record SelfBlend(AppearanceChange Change, bool IsFaceChanged, FaceOutline Outline, float Softness, float Opacity, float Scale, float Turn, float MoveX, float MoveY)
{
    private static readonly float[] Opacities = [0.25f, 0.5f, 0.75f, 1, 1, 1];

    /// <summary>Draws a way.</summary>
    public static SelfBlend Draw(Random random)
    {
        float About(double limit) => (float)random.NextWithin(limit);
        return new SelfBlend(
            AppearanceChange.Draw(random), random.Next(2) == 0, FaceOutline.Draw(random), 0.02f + 0.13f * random.NextSingle(), Opacities[random.Next(Opacities.Length)],
            1 + About(0.05), About(1.5), About(0.03), About(0.015));
    }

    /// <summary>The blended picture.</summary>
    public SKBitmap Apply(SKBitmap picture, DetectedFace face)
    {
        using var changed = Change.Apply(picture);
        var (over, under) = IsFaceChanged ? (changed, picture) : (picture, changed);
        var blended = under.Copy();
        using var canvas = new SKCanvas(blended);
        canvas.SaveLayer();
        var center = face.Box.Center;
        canvas.Save();
        canvas.Translate(MoveX * face.Box.Width, MoveY * face.Box.Height);
        canvas.RotateDegrees(Turn, center.X, center.Y);
        canvas.Scale(Scale, Scale, center.X, center.Y);
        using (var smooth = new SKPaint { FilterQuality = SKFilterQuality.High })
            canvas.DrawBitmap(over, 0, 0, smooth);
        canvas.Restore();
        // Of the layer what lies within the outline stays.
        using var within = new SKPaint { BlendMode = SKBlendMode.DstIn };
        canvas.SaveLayer(within);
        using var blur = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, Math.Max(0.1f, Softness * face.Keypoints.RightEye.DistanceTo(face.Keypoints.LeftEye)));
        using var mask = new SKPaint { Color = SKColors.White.WithAlpha((byte)(255 * Opacity)), IsAntialias = true, MaskFilter = blur };
        using var outline = Outline.On(face.Keypoints);
        canvas.DrawPath(outline, mask);
        canvas.Restore();
        canvas.Restore();
        return blended;
    }
}
