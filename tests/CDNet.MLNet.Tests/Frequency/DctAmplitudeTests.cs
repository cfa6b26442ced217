using CDNet.MLNet.Frequency;
using CDNet.MLNet.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Frequency;

[TestClass]
public sealed class DctAmplitudeTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void On_64_pixels_each_anti_diagonal_is_a_band_and_the_last_band_is_empty()
    {
        for (var u = 0; u < 64; u++)
        {
            for (var v = 0; v < 64; v++)
                Assert.AreEqual(u + v, DctBands.Diagonal(u, v, 64, 64));
        }
        var sizes = DctBands.DiagonalSizes(64, 64);
        Assert.AreEqual(64, sizes[63]);
        Assert.AreEqual(1, sizes[126]);
        Assert.AreEqual(0, sizes[127]);
    }

    [TestMethod]
    [DataRow(299, 299)]
    [DataRow(100, 37)]
    public void Bands_grow_with_the_frequency_and_cover_all_coefficients(int height, int width)
    {
        Assert.AreEqual(height * width, DctBands.DiagonalSizes(height, width).Sum());
        Assert.AreEqual(0, DctBands.Diagonal(0, 0, height, width));
        Assert.AreEqual((int)Math.Floor(64.0 * (height - 1) / height + 64.0 * (width - 1) / width), DctBands.Diagonal(height - 1, width - 1, height, width));
        Assert.IsTrue(Enumerable.Range(1, width - 1).All(v => DctBands.Diagonal(0, v, height, width) >= DctBands.Diagonal(0, v - 1, height, width)));
    }

    [TestMethod]
    public void Zigzag_begins_as_in_jpeg_and_has_1024_coefficients_once_each()
    {
        var walk = DctBands.Zigzag().ToArray();

        CollectionAssert.AreEqual(new[] { (0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2), (0, 3), (1, 2) }, walk[..8]);
        Assert.AreEqual(1024, walk.Distinct().Count());
        Assert.IsTrue(walk.All(at => at.U < 64 && at.V < 64));
    }

    [TestMethod]
    public void Gray_picture_by_hand()
    {
        // All bytes 128: normalised channels are constant, so only the coefficient (0,0) is not 0. It is 64 times the mean of the channels.
        var planes = Enumerable.Repeat((byte)128, 3 * 64 * 64).ToArray();
        var mean = ((128 / 255.0 - 0.485) / 0.229 + (128 / 255.0 - 0.456) / 0.224 + (128 / 255.0 - 0.406) / 0.225) / 3;

        var amplitudes = DctAmplitudes.Compute(planes, 64, 64);

        Assert.HasCount(128, amplitudes);
        Assert.AreEqual(Math.Log(1 + 64 * Math.Abs(mean)), amplitudes[0], 1e-5);
        Assert.IsTrue(amplitudes.Skip(1).All(value => Math.Abs(value) < 1e-5));
    }

    [TestMethod]
    public void Mirroring_and_turning_upside_down_change_nothing()
    {
        var planes = Noise(3 * 64 * 64, seed: 5);
        var mirrored = (byte[])planes.Clone();
        for (var row = 0; row < mirrored.Length; row += 64)
            Array.Reverse(mirrored, row, 64);

        var (plain, mirror) = (DctAmplitudes.Compute(planes, 64, 64), DctAmplitudes.Compute(mirrored, 64, 64));

        for (var i = 0; i < plain.Length; i++)
            Assert.AreEqual(plain[i], mirror[i], 1e-5);
    }

    [TestMethod]
    public void Fine_stripes_raise_the_highest_bands()
    {
        var flat = Enumerable.Repeat((byte)100, 3 * 64 * 64).ToArray();
        var striped = flat.Select((value, i) => (byte)(i % 2 == 0 ? value : value + 60)).ToArray();

        var (before, after) = (DctAmplitudes.Compute(flat, 64, 64), DctAmplitudes.Compute(striped, 64, 64));

        Assert.IsGreaterThan(before[63] + 0.05f, after[63]);
    }

    [TestMethod]
    [DataRow(DctBandLayout.Diagonal, true, false)]
    [DataRow(DctBandLayout.Diagonal, false, false)]
    [DataRow(DctBandLayout.Diagonal, false, true)]
    [DataRow(DctBandLayout.Zigzag, true, false)]
    [DataRow(DctBandLayout.Zigzag, false, false)]
    [DataRow(DctBandLayout.Zigzag, false, true)]
    public void Pipeline_and_function_give_the_same_numbers(DctBandLayout bands, bool isLogarithmic, bool isSigned)
    {
        var options = new DctAmplitudeOptions
        {
            Columns = [new InputOutputColumnPair("LargeDct", "Large"), new InputOutputColumnPair("SmallDct", "Small")],
            Bands = bands,
            Logarithmic = isLogarithmic,
            AverageSigned = isSigned,
        };
        var rows = Enumerable.Range(0, 3).Select(i => new ImageRow { Large = Noise(3 * 299 * 299, i), Small = Noise(3 * 64 * 64, i + 10) }).ToArray();
        var data = _context.Data.LoadFromEnumerable(rows);

        var output = _context.Transforms.DctAmplitude(options).Fit(data).Transform(data);

        var results = _context.Data.CreateEnumerable<AmplitudeRow>(output, reuseRowObject: false).ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            AssertClose(DctAmplitudes.Compute(rows[i].Large, 299, 299, options), results[i].LargeDct);
            AssertClose(DctAmplitudes.Compute(rows[i].Small, 64, 64, options), results[i].SmallDct);
        }
    }

    [TestMethod]
    public void Default_columns_are_those_of_the_crops()
    {
        var pairs = new DctAmplitudeOptions().Columns;

        CollectionAssert.AreEqual(new[] { "FaceDct", "RightEyeDct", "LeftEyeDct", "NoseDct", "MouthDct" }, pairs.Select(pair => pair.OutputColumnName).ToArray());
        CollectionAssert.AreEqual(new[] { "Face", "RightEye", "LeftEye", "Nose", "Mouth" }, pairs.Select(pair => pair.InputColumnName).ToArray());
    }

    [TestMethod]
    public void Logarithm_of_signed_averages_is_refused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.DctAmplitude(new DctAmplitudeOptions { AverageSigned = true }));

        StringAssert.Contains(error.Message, "Logarithmic");
    }

    [TestMethod]
    public void Zigzag_of_a_small_picture_is_refused()
    {
        var options = new DctAmplitudeOptions { Bands = DctBandLayout.Zigzag };

        var error = Assert.ThrowsExactly<ArgumentException>(() => DctAmplitudes.Compute(new byte[3 * 32 * 32], 32, 32, options));

        StringAssert.Contains(error.Message, "64x64");
    }

    [TestMethod]
    public void Normalisation_is_that_of_the_networks()
    {
        Assert.AreEqual((200 / 255.0 - 0.456) / 0.224, 200 * ImageNormalization.Factor(1) + ImageNormalization.Offset(1), 1e-6);
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-4 * Math.Abs(expected[i]) + 1e-6, $"amplitude {i}");
    }

    private static byte[] Noise(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class ImageRow
    {
        [VectorType(3, 299, 299)]
        public byte[] Large { get; set; } = [];

        [VectorType(3, 64, 64)]
        public byte[] Small { get; set; } = [];
    }

    private sealed class AmplitudeRow
    {
        public float[] LargeDct { get; set; } = [];

        public float[] SmallDct { get; set; } = [];
    }
}
