using CDNet.MLNet.Data;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Data;

/// <summary>Making pictures smaller and compressing them again.</summary>
[TestClass]
public sealed class PictureDegradationTests
{
    [TestMethod]
    [DataRow(MLPixelFormat.Rgba32)]
    [DataRow(MLPixelFormat.Bgra32)]
    public void Half_the_size_averages_the_pixels_and_keeps_the_colours(MLPixelFormat format)
    {
        using var picture = Striped(format);

        using var half = new PictureDegradation { Scale = 0.5 }.Apply(picture);

        Assert.AreEqual((20, 15), (half.Width, half.Height));
        Assert.AreEqual(format, half.PixelFormat);
        // Columns of 200 and 100 in the first channel, 0 in the second, 50 in the third.
        var middle = half.Pixels.Slice(4 * (7 * 20 + 10), 4);
        Assert.AreEqual(150, middle[0], 10);
        Assert.AreEqual(0, middle[1], 2);
        Assert.AreEqual(50, middle[2], 2);
    }

    [TestMethod]
    public void Jpeg_changes_the_pixels_the_more_the_lower_its_quality()
    {
        // Grey, so that the colours at half the resolution of a JPEG play no part.
        using var picture = Grey();
        double Change(int quality)
        {
            using var changed = new PictureDegradation { JpegQuality = quality }.Apply(picture);
            Assert.AreEqual((40, 30), (changed.Width, changed.Height));
            return picture.Pixels.ToArray().Zip(changed.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Average();
        }

        Assert.IsGreaterThan(0, Change(90));
        Assert.IsGreaterThan(Change(90), Change(10));
    }

    [TestMethod]
    public void Nothing_is_changed_by_default()
    {
        using var picture = Striped(MLPixelFormat.Rgba32);

        using var same = new PictureDegradation().Apply(picture);

        CollectionAssert.AreEqual(picture.Pixels.ToArray(), same.Pixels.ToArray());
    }

    [TestMethod]
    public void Options_out_of_range_are_refused_by_name()
    {
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new PictureDegradation { Scale = 2 }.Validate()).Message, "Scale");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new PictureDegradation { JpegQuality = 0 }.Validate()).Message, "JpegQuality");
        new PictureDegradation { Scale = 0.5, JpegQuality = 50 }.Validate();
    }

    private static MLImage Striped(MLPixelFormat format)
    {
        var pixels = new byte[40 * 30 * 4];
        for (var i = 0; i < 40 * 30; i++)
            (pixels[4 * i], pixels[4 * i + 2], pixels[4 * i + 3]) = ((byte)(i % 2 == 0 ? 200 : 100), 50, 255);
        return MLImage.CreateFromPixels(40, 30, format, pixels);
    }

    private static MLImage Grey()
    {
        var pixels = new byte[40 * 30 * 4];
        for (var i = 0; i < 40 * 30; i++)
            pixels.AsSpan(4 * i, 3).Fill((byte)((i * 37 + i / 40 * 11) % 97 + 80));
        for (var i = 3; i < pixels.Length; i += 4)
            pixels[i] = 255;
        return MLImage.CreateFromPixels(40, 30, MLPixelFormat.Rgba32, pixels);
    }
}
