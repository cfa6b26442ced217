using CDNet.MLNet.Blending;
using SkiaSharp;

namespace CDNet.MLNet.Tests.Blending;

/// <summary>What makes the layers of a blended face look different.</summary>
[TestClass]
public sealed class AppearanceChangeTests
{
    private static readonly AppearanceChange Nothing = new(0, 1, 1, [0, 0, 0], 0, 1);

    [TestMethod]
    public void Nothing_changes_nothing()
    {
        using var picture = Picture();
        using var same = Nothing.Apply(picture);

        CollectionAssert.AreEqual(picture.Bytes, same.Bytes);
    }

    [TestMethod]
    public void Shift_is_added_to_each_colour()
    {
        using var picture = Plain(new SKColor(100, 120, 140));
        using var changed = (Nothing with { Shift = [0.1f, 0, -0.2f] }).Apply(picture);

        AssertColour(125, 120, 89, changed.GetPixel(3, 3));
    }

    [TestMethod]
    public void Contrast_moves_colours_away_from_the_middle()
    {
        using var picture = Plain(new SKColor(100, 128, 200));
        using var changed = (Nothing with { Contrast = 1.5f }).Apply(picture);

        // 127.5 + 1.5 (colour - 127.5), at most 255.
        AssertColour(86, 128, 236, changed.GetPixel(3, 3));
    }

    [TestMethod]
    public void Without_saturation_a_colour_becomes_its_brightness()
    {
        using var picture = Plain(new SKColor(200, 100, 50));
        using var changed = (Nothing with { Saturation = 0 }).Apply(picture);

        // 0.213 * 200 + 0.715 * 100 + 0.072 * 50 = 117.7.
        AssertColour(118, 118, 118, changed.GetPixel(3, 3));
    }

    [TestMethod]
    public void Turn_of_the_hue_leaves_greys_and_comes_back_after_a_circle()
    {
        using var grey = Plain(new SKColor(90, 90, 90));
        using var turned = (Nothing with { Hue = 40 }).Apply(grey);
        AssertColour(90, 90, 90, turned.GetPixel(3, 3));

        using var colour = Plain(new SKColor(150, 100, 120));
        using var other = (Nothing with { Hue = 120 }).Apply(colour);
        Assert.AreNotEqual(colour.GetPixel(3, 3), other.GetPixel(3, 3));
        using var round = (Nothing with { Hue = 360 }).Apply(colour);
        AssertColour(150, 100, 120, round.GetPixel(3, 3));
    }

    [TestMethod]
    public void Blur_and_coarseness_flatten_an_edge_and_sharpening_lifts_it()
    {
        using var picture = Picture();
        double Steps(AppearanceChange change)
        {
            using var changed = change.Apply(picture);
            return Enumerable.Range(0, picture.Width - 1).Max(x => Math.Abs(changed.GetPixel(x + 1, 8).Red - changed.GetPixel(x, 8).Red));
        }

        var plain = Steps(Nothing);
        Assert.IsLessThan(0.7 * plain, Steps(Nothing with { Sharpness = -1.2f }));
        Assert.IsLessThan(0.8 * plain, Steps(Nothing with { Coarseness = 2.5f }));
        Assert.IsGreaterThan(1.2 * plain, Steps(Nothing with { Sharpness = 0.5f }));
    }

    [TestMethod]
    public void Whatever_is_drawn_changes_something()
    {
        var random = new Random(5);

        for (var i = 0; i < 200; i++)
            Assert.AreNotEqual(Nothing with { Shift = [] }, AppearanceChange.Draw(random) with { Shift = [] });
    }

    private static void AssertColour(int red, int green, int blue, SKColor colour)
    {
        Assert.AreEqual(red, colour.Red, 1.5);
        Assert.AreEqual(green, colour.Green, 1.5);
        Assert.AreEqual(blue, colour.Blue, 1.5);
    }

    private static SKBitmap Plain(SKColor colour)
    {
        var bitmap = New();
        bitmap.Erase(colour);
        return bitmap;
    }

    /// <summary>Dark on the left, bright on the right.</summary>
    private static SKBitmap Picture()
    {
        var bitmap = New();
        for (var i = 0; i < bitmap.Width * bitmap.Height; i++)
            bitmap.SetPixel(i % bitmap.Width, i / bitmap.Width, i % bitmap.Width < 8 ? new SKColor(90, 80, 70) : new SKColor(150, 140, 130));
        return bitmap;
    }

    private static SKBitmap New() => new(new SKImageInfo(16, 16, SKColorType.Rgba8888, SKAlphaType.Opaque));
}
