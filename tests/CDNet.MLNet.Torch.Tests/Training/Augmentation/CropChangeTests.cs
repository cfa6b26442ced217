using CDNet.MLNet.Torch.Training.Augmentation;

namespace CDNet.MLNet.Torch.Tests.Training.Augmentation;

/// <summary>Each change of pixels by itself.</summary>
[TestClass]
public sealed class CropChangeTests
{
    private const int Side = 32;

    [TestMethod]
    public void Brightness_and_contrast_by_hand()
    {
        // 1.2 x 100 + 25.5 = 145.5, rounded up; 1.2 x 250 + 25.5 is beyond 255; 25.5 for 0.
        var planes = Filled(100, 250, 0);

        Apply(new BrightnessContrast(1.2, 0.1), planes);

        CollectionAssert.AreEqual(Filled(146, 255, 26), planes);
    }

    [TestMethod]
    [DataRow(120, 255, 0, 0, 0, 255, 0)]
    [DataRow(-120, 255, 0, 0, 0, 0, 255)]
    [DataRow(60, 200, 40, 40, 200, 200, 40)]
    [DataRow(20, 90, 90, 90, 90, 90, 90)]
    public void Hue_turns_by_hand(double degrees, int red, int green, int blue, int newRed, int newGreen, int newBlue)
    {
        var planes = Filled(red, green, blue);

        Apply(new HueSaturationValue(degrees, 0, 0), planes);

        CollectionAssert.AreEqual(Filled(newRed, newGreen, newBlue), planes);
    }

    [TestMethod]
    public void Saturation_and_value_by_hand()
    {
        // (200,100,100): value 200, saturation 127.5 of 255. 20 more value, 51 more saturation (0.2): 220 and 0.7, so the others are 220 x 0.3 = 66.
        var planes = Filled(200, 100, 100);

        Apply(new HueSaturationValue(0, 51, 20), planes);

        CollectionAssert.AreEqual(Filled(220, 66, 66), planes);
    }

    [TestMethod]
    public void Colours_come_back_from_hue_largest_and_smallest_channel()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var (red, green, blue) = (random.Next(256), random.Next(256), random.Next(256));
            var back = HueColour.Of(red, green, blue).ToRgb();
            Assert.AreEqual(red, back.Red, 1e-3f);
            Assert.AreEqual(green, back.Green, 1e-3f);
            Assert.AreEqual(blue, back.Blue, 1e-3f);
        }
    }

    [TestMethod]
    public void Gaussian_noise_has_the_deviation_asked_for()
    {
        var planes = new byte[3 * 200 * 200];
        planes.AsSpan().Fill(128);

        new GaussianNoise(5).Apply(planes, 200, 1, new Random(1));

        // 120,000 numbers: the estimates are within 1%; rounding adds 1/12 to the variance.
        Assert.AreEqual(128, planes.Average(value => (double)value), 0.06);
        Assert.AreEqual(Math.Sqrt(25 + 1 / 12.0), Deviation(planes), 0.05);
    }

    [TestMethod]
    public void Iso_noise_lightens_by_its_photons_and_keeps_grays_gray()
    {
        var planes = new byte[3 * 200 * 200];
        planes.AsSpan().Fill(100);

        new IsoNoise(0.5, 0.05, LightnessDeviation: 40).Apply(planes, 200, 1, new Random(1));

        // 20 photons of 255, with deviation sqrt(20), times what is left up to white: 1 - 100/255.
        var room = 1 - 100 / 255.0;
        Assert.AreEqual(100 + 20 * room, planes.Average(value => (double)value), 0.1);
        Assert.AreEqual(Math.Sqrt(20 * room * room + 1 / 12.0), Deviation(planes[..40_000]), 0.05);
        CollectionAssert.AreEqual(planes[..40_000], planes[40_000..80_000]);
        CollectionAssert.AreEqual(planes[..40_000], planes[80_000..]);
    }

    [TestMethod]
    public void Iso_noise_turns_hues_and_measures_its_photons_on_the_face()
    {
        // Half black, half white: lightness 0 or 255, deviation 127.5.
        var face = new byte[3 * Side * Side];
        for (var i = 0; i < face.Length; i += 2)
            face[i] = 255;
        var noise = (IsoNoise)new IsoNoise(1, 0.05, 0).MeasuredOn(face);
        var planes = Filled(200, 50, 50);

        (noise with { LightnessDeviation = 0 }).Apply(planes, Side, 1, new Random(1));

        Assert.AreEqual(127.5, noise.LightnessDeviation, 1e-9);
        // Deviation 18 degrees, 0.3 of a sixth: the channel next to red gains 150 x 0.3 x E|N|/2 on average, and red stays the largest.
        Assert.AreEqual(150 * 0.3 * Math.Sqrt(2 / Math.PI) / 2, planes[(Side * Side)..].Average(value => value - 50.0), 1.5);
        Assert.IsTrue(planes[..(Side * Side)].Average(value => (double)value) > 195);
    }

    [TestMethod]
    [DataRow(1.0, 1.5)]
    [DataRow(0.5, 0.75)]
    public void Blur_spreads_a_point_by_its_sigma_and_keeps_its_sum(double resolution, double expected)
    {
        var planes = Filled(0, 0, 0);
        // A bright cross line, so that rounding to bytes does not eat the tails: one column of 255.
        for (var y = 0; y < Side; y++)
            planes[y * Side + 16] = 255;

        new Blur(1.5).Apply(planes, Side, resolution, new Random(1));

        var row = planes[(10 * Side)..(11 * Side)];
        var sum = row.Sum(value => (double)value);
        Assert.AreEqual(255, sum, 3);
        Assert.AreEqual(expected, Math.Sqrt(row.Select((value, x) => value * (x - 16.0) * (x - 16)).Sum() / sum), 0.08);
        CollectionAssert.AreEqual(row[10..16], row[17..23].Reverse().ToArray());
        Assert.IsTrue(planes[(Side * Side)..].All(value => value == 0));
        CollectionAssert.AreEqual(row, planes[(20 * Side)..(21 * Side)], "a column stays one, up to the border");
    }

    [TestMethod]
    [DynamicData(nameof(Degradations))]
    public void Degradations_leave_even_crops_as_they_are(object change)
    {
        var planes = Filled(120, 120, 120);

        Apply((ICropChange)change, planes);

        Assert.IsTrue(planes.All(value => Math.Abs(value - 120) <= 1));
    }

    public static IEnumerable<object[]> Degradations => [[new Blur(2)], [new Downscale(0.3)], [new JpegRecompression(50)], [new Move(0.1, 0.9, 10)]];

    [TestMethod]
    public void Downscaling_takes_fine_stripes_and_leaves_coarse_ones()
    {
        double Contrast(int period, double factor, double resolution)
        {
            var planes = new byte[3 * Side * Side];
            for (var i = 0; i < planes.Length; i++)
                planes[i] = (byte)(i % Side % period < period / 2 ? 60 : 180);
            new Downscale(factor).Apply(planes, Side, resolution, new Random(1));
            return Deviation(planes) / 60;
        }

        Assert.IsLessThan(0.2, Contrast(period: 2, factor: 0.4, resolution: 1));
        Assert.IsGreaterThan(0.7, Contrast(period: 16, factor: 0.4, resolution: 1));
        Assert.AreEqual(1, Contrast(period: 2, factor: 0.7, resolution: 0.64), 1e-9, "a part that is coarser than the small face loses nothing");
    }

    [TestMethod]
    public void Jpeg_loses_more_at_lower_quality_and_keeps_the_picture()
    {
        double Error(int quality)
        {
            var original = Smooth();
            var planes = (byte[])original.Clone();
            Apply(new JpegRecompression(quality), planes);
            return Math.Sqrt(original.Zip(planes).Average(pair => Math.Pow(pair.First - pair.Second, 2)));
        }

        Assert.IsLessThan(4, Error(95));
        Assert.IsGreaterThan(Error(95) * 1.5, Error(20));
        Assert.IsLessThan(25, Error(20));
    }

    [TestMethod]
    public void A_quarter_turn_is_clockwise_and_exact()
    {
        var original = Smooth();
        var planes = (byte[])original.Clone();

        Apply(new Move(0, 1, 90), planes);

        // Row y and column x of the turned crop were row side - 1 - x and column y.
        for (var i = 0; i < planes.Length; i++)
        {
            var (plane, y, x) = (i / (Side * Side), i / Side % Side, i % Side);
            Assert.AreEqual(original[plane * Side * Side + (Side - 1 - x) * Side + y], planes[i], 1, $"{plane} {y} {x}");
        }
    }

    [TestMethod]
    public void Scale_spreads_about_the_middle()
    {
        // A white square of 8 pixels about the middle becomes one of 12; its edges are soft.
        var planes = Filled(0, 0, 0);
        for (var y = 12; y < 20; y++)
            planes.AsSpan(y * Side + 12, 8).Fill(240);

        Apply(new Move(0, 1.5, 0), planes);

        Assert.AreEqual(12 * 12 * 240, planes[..(Side * Side)].Sum(value => (double)value), 0.04 * 12 * 12 * 240);
        Assert.AreEqual(240, planes[16 * Side + 16], 6);
        Assert.AreEqual(240, planes[11 * Side + 16], 12);
        Assert.AreEqual(0, planes[7 * Side + 16], 6);
        CollectionAssert.AreEqual(planes[(11 * Side)..(12 * Side)], planes[(20 * Side)..(21 * Side)], "the same above and below");
    }

    [TestMethod]
    public void Crops_move_each_for_itself_within_the_limit_and_keep_what_they_show()
    {
        // The middle of a soft spot says where the crop went.
        var random = new Random(1);
        var moves = Enumerable.Range(0, 60).Select(_ =>
        {
            var planes = new byte[3 * Side * Side];
            for (var i = 0; i < planes.Length; i++)
                planes[i] = (byte)Math.Round(250 * Math.Exp(-(Math.Pow(i % Side - 15.5, 2) + Math.Pow(i / Side % Side - 15.5, 2)) / 18));
            new Move(0.125, 1, 0).Apply(planes, Side, 1, random);
            var total = planes.Take(Side * Side).Sum(value => (double)value);
            return (Right: planes.Take(Side * Side).Select((value, i) => value * (i % Side - 15.5)).Sum() / total, Down: planes.Take(Side * Side).Select((value, i) => value * (i / Side - 15.5)).Sum() / total);
        }).ToArray();

        // An eighth of 32 pixels.
        foreach (var along in new[] { moves.Select(move => move.Right).ToArray(), [.. moves.Select(move => move.Down)] })
        {
            Assert.IsTrue(along.Min() is > -4.2 and < -3 && along.Max() is < 4.2 and > 3);
            Assert.AreEqual(0, along.Average(), 1);
        }
        Assert.IsTrue(moves.Any(move => Math.Abs(move.Right - move.Down) > 2));
    }

    [TestMethod]
    public void Beyond_the_crop_its_border_repeats()
    {
        // Columns alone: whatever moves, every row shows columns, and the darkest and brightest stay.
        var planes = new byte[3 * Side * Side];
        for (var i = 0; i < planes.Length; i++)
            planes[i] = (byte)(i % Side < 4 ? 50 : i % Side >= Side - 4 ? 200 : 125);

        new Move(0.1, 0.7, 0).Apply(planes, Side, 1, new Random(3));

        Assert.AreEqual(50, planes[0], 1);
        Assert.AreEqual(200, planes[Side - 1], 1);
        CollectionAssert.AreEqual(planes[..Side], planes[(16 * Side)..(17 * Side)]);
    }

    private static byte[] Smooth() => [.. Enumerable.Range(0, 3 * Side * Side).Select(i =>
        (byte)(128 + 60 * Math.Sin(i % Side / 3.0) + 40 * Math.Cos(i / Side % Side / 5.0 + i / (Side * Side))))];

    private static byte[] Filled(int red, int green, int blue)
        => [.. new[] { red, green, blue }.SelectMany(value => Enumerable.Repeat((byte)value, Side * Side))];

    private static void Apply(ICropChange change, byte[] planes) => change.Apply(planes, Side, 1, new Random(1));

    private static double Deviation(byte[] values)
    {
        var mean = values.Average(value => (double)value);
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
