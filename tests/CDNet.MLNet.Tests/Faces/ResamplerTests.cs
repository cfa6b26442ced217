using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Tests.Faces;

[TestClass]
public sealed class ResamplerTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Same_size_keeps_every_byte_and_puts_channels_in_order(bool isBgra)
    {
        var pixels = Noise(16 * 16 * 4);

        var planes = Planes(new PixelView(pixels, 16, 16, isBgra), new FaceBox(0, 0, 16, 16), 16);

        for (var i = 0; i < 256; i++)
        {
            Assert.AreEqual(pixels[4 * i + (isBgra ? 2 : 0)], planes[i]);
            Assert.AreEqual(pixels[4 * i + 1], planes[256 + i]);
            Assert.AreEqual(pixels[4 * i + (isBgra ? 0 : 2)], planes[512 + i]);
        }
    }

    [TestMethod]
    public void Interleaved_holds_the_same_as_planes_at_the_same_size()
    {
        var view = new PixelView(Noise(8 * 8 * 4), 8, 8, false);
        var interleaved = new byte[3 * 64];
        Resampler.ToInterleaved(view, new FaceBox(0, 0, 8, 8), 8, interleaved);

        var planes = Planes(view, new FaceBox(0, 0, 8, 8), 8);

        for (var i = 0; i < 192; i++)
            Assert.AreEqual(planes[i % 3 * 64 + i / 3], interleaved[i]);
    }

    [TestMethod]
    public void Doubling_is_bilinear_by_hand()
    {
        // Two pixels 0 and 100 become four: centres at -0.25 (border), 0.25, 0.75, 1.25 (border).
        var planes = Planes(Gray(2, 1, 0, 100), new FaceBox(0, 0, 2, 1), 4);

        CollectionAssert.AreEqual(new byte[] { 0, 25, 75, 100 }, planes[..4]);
    }

    [TestMethod]
    public void Shrinking_a_crop_averages_with_a_triangle()
    {
        // Width 4 to 2: the triangle about 1 reaches 2 pixels to both sides, so pixels -1 (the border again), 0, 1, 2 count 1/4, 3/4, 3/4, 1/4 of 2.
        var planes = Planes(Gray(4, 1, 0, 80, 160, 240), new FaceBox(0, 0, 4, 1), 2);

        Assert.AreEqual((0.75 * 80 + 0.25 * 160) / 2, planes[0]);
        Assert.AreEqual((0.25 * 80 + 0.75 * 160 + 0.75 * 240 + 0.25 * 240) / 2, planes[1]);
    }

    [TestMethod]
    public void Detector_windows_are_averaged_by_area()
    {
        var interleaved = new byte[3];
        Resampler.ToInterleaved(Gray(3, 3, 0, 10, 20, 30, 40, 50, 60, 70, 80), new FaceBox(0, 0, 3, 3), 1, interleaved);

        Assert.AreEqual(40, interleaved[0]);
    }

    [TestMethod]
    public void Area_counts_split_pixels_by_their_share()
    {
        // 3 pixels to 2: the middle one counts half on each side.
        var interleaved = new byte[2 * 2 * 3];
        Resampler.ToInterleaved(Gray(3, 3, 0, 90, 180, 0, 90, 180, 0, 90, 180), new FaceBox(0, 0, 3, 3), 2, interleaved);

        Assert.AreEqual(30, interleaved[0]);
        Assert.AreEqual(150, interleaved[3]);
    }

    [TestMethod]
    public void Beyond_the_picture_crops_repeat_the_border_and_detector_windows_are_black()
    {
        var view = Gray(2, 2, 100, 100, 100, 100);
        var window = new FaceBox(-2, -2, 6, 6);
        var interleaved = new byte[6 * 6 * 3];
        Resampler.ToInterleaved(view, window, 6, interleaved);

        Assert.IsTrue(Planes(view, window, 6).All(value => value == 100));
        Assert.AreEqual(0, interleaved[0]);
        Assert.AreEqual(100, interleaved[(2 * 6 + 2) * 3]);
        Assert.AreEqual(4 * 3, interleaved.Count(value => value == 100));
    }

    [TestMethod]
    public void Window_wholly_outside_the_picture_is_taken()
    {
        var interleaved = new byte[3 * 3 * 3];
        Resampler.ToInterleaved(Gray(1, 1, 200), new FaceBox(50, 50, 3, 3), 3, interleaved);

        Assert.IsTrue(interleaved.All(value => value == 0));
    }

    [TestMethod]
    [DataRow(37, 299)]
    [DataRow(1000, 64)]
    [DataRow(299, 298)]
    public void Constant_picture_stays_constant_at_any_scale(int side, int target)
    {
        var pixels = Enumerable.Repeat((byte)123, side * side * 4).ToArray();

        Assert.IsTrue(Planes(new PixelView(pixels, side, side, false), new FaceBox(0.3f, 0.7f, side - 1, side - 1), target).All(value => value == 123));
    }

    [TestMethod]
    [DataRow(16)]
    [DataRow(17)]
    public void Windows_side_by_side_are_what_each_is_alone(int side)
    {
        var view = new PixelView(Noise(90 * 60 * 4), 90, 60, true);
        FaceBox[] windows = [new(-5, -4, 47, 50), new(0, -4, 50, 50), new(13, -4, 50, 50), new(70, -4, 33, 50), new(200, -4, 50, 50)];
        var together = new byte[windows.Length * 3 * side * side];
        Resampler.ToInterleaved(view, windows, side, together);

        foreach (var (i, window) in windows.Index())
        {
            var alone = new byte[3 * side * side];
            Resampler.ToInterleaved(view, window, side, alone);
            CollectionAssert.AreEqual(alone, together[(i * alone.Length)..((i + 1) * alone.Length)]);
        }
    }

    [TestMethod]
    public void Sums_are_those_of_the_plain_formula()
    {
        var view = new PixelView(Noise(61 * 47 * 4), 61, 47, false);
        var window = new FaceBox(-3.3f, 2.6f, 55.5f, 50.25f);
        const int Side = 13;
        var planes = Planes(view, window, Side);
        var rows = ResampleTaps.For(window.Top, window.Height, Side, view.Height, useArea: false, isBlackBeyond: false);
        var columns = ResampleTaps.For(window.Left, window.Width, Side, view.Width, useArea: false, isBlackBeyond: false);

        for (var i = 0; i < planes.Length; i++)
        {
            var (channel, y, x) = (i / (Side * Side), i / Side % Side, i % Side);
            var sum = 0.0;
            foreach (var (row, vertical) in rows.Weights(y).ToArray().Index())
            {
                foreach (var (column, horizontal) in columns.Weights(x).ToArray().Index())
                    sum += vertical * horizontal * view.Row(rows.First(y) + row)[(columns.First(x) + column) * PixelView.Channels + channel];
            }
            Assert.AreEqual(sum, planes[i], 0.51);
        }
    }

    [TestMethod]
    public void Mirrored_picture_gives_the_mirrored_crop()
    {
        var pixels = Noise(40 * 40 * 4);
        var mirrored = new byte[pixels.Length];
        for (var i = 0; i < 1600; i++)
            pixels.AsSpan(4 * i, 4).CopyTo(mirrored.AsSpan(4 * (i / 40 * 40 + 39 - i % 40), 4));

        var plain = Planes(new PixelView(pixels, 40, 40, false), new FaceBox(0, 0, 40, 40), 64);
        var mirror = Planes(new PixelView(mirrored, 40, 40, false), new FaceBox(0, 0, 40, 40), 64);

        for (var i = 0; i < plain.Length; i++)
            Assert.AreEqual(plain[i], mirror[i / 64 * 64 + 63 - i % 64], 1);
    }

    private static byte[] Planes(PixelView view, FaceBox window, int side)
    {
        var planes = new byte[3 * side * side];
        Resampler.ToPlanes(view, window, side, planes);
        return planes;
    }

    private static PixelView Gray(int width, int height, params byte[] values)
        => new(values.SelectMany(value => new[] { value, value, value, (byte)255 }).ToArray(), width, height, false);

    private static byte[] Noise(int count)
    {
        var bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
