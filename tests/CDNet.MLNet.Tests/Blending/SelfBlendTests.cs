using CDNet.MLNet.Blending;
using CDNet.MLNet.Faces;
using SkiaSharp;

namespace CDNet.MLNet.Tests.Blending;

/// <summary>A face laid over itself.</summary>
[TestClass]
public sealed class SelfBlendTests
{
    private static readonly DetectedFace Face = new(new FaceBox(60, 40, 80, 90), new FaceKeypoints(new(80, 60), new(120, 60), new(100, 80), new(100, 100), new(60, 65), new(140, 65)), 1);

    private static readonly SelfBlend Bright = new(new AppearanceChange(0, 1, 1, [0.2f, 0.2f, 0.2f], 0, 1), IsFaceChanged: true, new FaceOutline(OutlineKind.Whole, [0, 0, 0, 0]), 0.02f, 1, 1, 0, 0, 0);

    [TestMethod]
    public void Changed_face_stands_in_an_unchanged_picture_and_the_other_way_round()
    {
        using var picture = Grey();
        using var face = Bright.Apply(picture, Face);
        using var around = (Bright with { IsFaceChanged = false }).Apply(picture, Face);

        Assert.AreEqual((151, 100), (face.GetPixel(100, 80).Red, face.GetPixel(5, 5).Red));
        Assert.AreEqual((100, 151), (around.GetPixel(100, 80).Red, around.GetPixel(5, 5).Red));
    }

    [TestMethod]
    public void Opacity_and_softness_say_how_far_the_face_covers()
    {
        using var picture = Grey();
        using var half = (Bright with { Opacity = 0.5f }).Apply(picture, Face);
        using var hard = Bright.Apply(picture, Face);
        using var soft = (Bright with { Softness = 0.15f }).Apply(picture, Face);

        Assert.AreEqual(125, half.GetPixel(100, 80).Red, 1.5);
        // The edge crosses this row at 62: two pixels further in.
        Assert.AreEqual(151, hard.GetPixel(65, 74).Red, 3);
        Assert.AreEqual(125, soft.GetPixel(62, 74).Red, 12);
        Assert.IsLessThan(hard.GetPixel(65, 74).Red, soft.GetPixel(65, 74).Red);
    }

    [TestMethod]
    public void Face_is_moved_and_its_surroundings_are_not()
    {
        using var picture = Grey();
        picture.SetPixel(5, 5, SKColors.White);
        for (var x = 98; x <= 102; x++)
        {
            for (var y = 78; y <= 82; y++)
                picture.SetPixel(x, y, SKColors.White);
        }
        var plain = Bright with { Change = new AppearanceChange(0, 1, 1, [0, 0, 0], 0, 1), MoveX = 0.1f };

        using var moved = plain.Apply(picture, Face);

        // A tenth of a box of 80 pixels.
        Assert.AreEqual((100, 255, 255), (moved.GetPixel(98, 80).Red, moved.GetPixel(108, 80).Red, moved.GetPixel(5, 5).Red));
    }

    [TestMethod]
    public void Same_seed_draws_the_same_way()
    {
        static string Drawn(int seed)
        {
            var blend = SelfBlend.Draw(new Random(seed));
            return $"{blend with { Change = blend.Change with { Shift = [] } }} {string.Join(' ', blend.Change.Shift)} {string.Join(' ', blend.Outline.Waves)}";
        }

        Assert.AreEqual(Drawn(4), Drawn(4));
        Assert.AreNotEqual(Drawn(4), Drawn(5));
    }

    private static SKBitmap Grey()
    {
        var bitmap = new SKBitmap(new SKImageInfo(200, 160, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor(100, 100, 100));
        return bitmap;
    }
}
