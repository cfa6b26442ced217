using CDNet.MLNet.Data;
using Microsoft.ML.Data;
using SkiaSharp;

namespace CDNet.MLNet.Tests.Data;

/// <summary>The files in Pictures show four quarters, 48x32: red, green, blue, white. They were made with ImageMagick and ExifTool.</summary>
[TestClass]
public sealed class PictureReaderTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("quarters.png")]
    [DataRow("quarters.bmp")]
    [DataRow("quarters.webp")]
    [DataRow("cmyk.jpg")]
    [DataRow("deep.png")]
    [DataRow("animated.gif")]
    [DataRow("orientation1.jpg")]
    [DataRow("orientation2.jpg")]
    [DataRow("orientation3.jpg")]
    [DataRow("orientation4.jpg")]
    [DataRow("orientation5.jpg")]
    [DataRow("orientation6.jpg")]
    [DataRow("orientation7.jpg")]
    [DataRow("orientation8.jpg")]
    public void Every_format_and_orientation_shows_the_same_picture(string name)
    {
        using var picture = PictureReader.Read(Fixture(name));

        Assert.AreEqual((48, 32), (picture.Width, picture.Height));
        // CMYK goes through another colour space and comes back a little different.
        var tolerance = name == "cmyk.jpg" ? 60 : 24;
        AssertColor(picture, 12, 8, (0xe0, 0x10, 0x10), tolerance);
        AssertColor(picture, 36, 8, (0x10, 0xc0, 0x10), tolerance);
        AssertColor(picture, 12, 24, (0x10, 0x10, 0xe0), tolerance);
        AssertColor(picture, 36, 24, (0xf0, 0xf0, 0xf0), tolerance);
    }

    [TestMethod]
    [DataRow("quarters.png", 48, 32)]
    [DataRow("quarters.bmp", 48, 32)]
    [DataRow("quarters.webp", 48, 32)]
    [DataRow("animated.gif", 48, 32)]
    [DataRow("orientation1.jpg", 48, 32)]
    public void Size_is_read_from_the_head(string name, int width, int height)
    {
        Assert.AreEqual((width, height), PictureReader.ReadSize(File.ReadAllBytes(Fixture(name)), name));

        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => PictureReader.ReadSize(new byte[100], name)).Message, $"{name}: no picture");
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => PictureReader.ReadSize(ReadOnlyMemory<byte>.Empty, name)).Message, $"{name}: the file is empty");
    }

    [TestMethod]
    public void Greyscale_becomes_three_equal_channels()
    {
        using var picture = PictureReader.Read(Fixture("gray.jpg"));

        var (red, green, blue) = ColorAt(picture, 36, 8);
        Assert.AreEqual(red, green);
        Assert.AreEqual(green, blue);
    }

    [TestMethod]
    public void Transparent_pixels_are_white()
    {
        using var picture = PictureReader.Read(Fixture("transparent.png"));

        AssertColor(picture, 12, 8, (255, 255, 255), 0);
    }

    [TestMethod]
    public void Picture_of_one_pixel_is_read()
    {
        using var picture = PictureReader.Read(Fixture("pixel.png"));

        Assert.AreEqual((1, 1), (picture.Width, picture.Height));
    }

    [TestMethod]
    public void Missing_file_is_named() => AssertRefused<FileNotFoundException>(_folder.File("missing.jpg"), "no such file");

    [TestMethod]
    public void Folder_is_refused() => AssertRefused<InvalidDataException>(_folder.Path, "folder");

    [TestMethod]
    public void Empty_file_is_refused()
    {
        var path = _folder.File("empty.jpg");
        File.WriteAllBytes(path, []);

        AssertRefused<InvalidDataException>(path, "empty");
    }

    [TestMethod]
    public void Text_that_calls_itself_a_picture_is_refused()
    {
        var path = _folder.File("text.jpg");
        File.WriteAllText(path, new string('x', 5000));

        AssertRefused<InvalidDataException>(path, "no picture");
    }

    [TestMethod]
    [DataRow("noise.jpg")]
    [DataRow("noise.png")]
    public void Truncated_picture_is_refused_wherever_it_ends(string name)
    {
        using var bitmap = TestPictures.Draw(96, 96, 4);
        var bytes = File.ReadAllBytes(TestPictures.Save(bitmap, _folder.File(name)));
        foreach (var share in new[] { 0.02, 0.1, 0.5, 0.9 })
        {
            var path = _folder.File($"{share}-{name}");
            File.WriteAllBytes(path, bytes[..(int)(bytes.Length * share)]);

            Assert.ThrowsExactly<InvalidDataException>(() => PictureReader.Read(path), $"{share}");
        }
    }

    [TestMethod]
    public void Damaged_bytes_give_an_error_or_a_picture_and_never_a_crash()
    {
        using var bitmap = TestPictures.Draw(64, 64, 4);
        var bytes = File.ReadAllBytes(TestPictures.Save(bitmap, _folder.File("noise.jpg")));
        var random = new Random(1);
        var path = _folder.File("damaged.jpg");
        for (var i = 0; i < 300; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var flips = random.Next(1, 8); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, damaged);
            try
            {
                PictureReader.Read(path).Dispose();
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [TestMethod]
    public void Large_photograph_of_12000_by_9000_pixels_is_read()
    {
        var path = _folder.File("large.png");
        using (var bitmap = new SKBitmap(new SKImageInfo(12_000, 9_000, SKColorType.Gray8, SKAlphaType.Opaque)))
        {
            bitmap.Erase(SKColors.Gray);
            TestPictures.Save(bitmap, path);
        }

        using var picture = PictureReader.Read(path);

        Assert.AreEqual((12_000, 9_000), (picture.Width, picture.Height));
    }

    [TestMethod]
    public void Picture_with_too_many_pixels_is_refused_before_it_is_decoded()
    {
        // The header of a PNG that claims 100,000 x 100,000 pixels, with its checksum.
        byte[] png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, 8, 0, 0, 0, 0];
        var crc = System.IO.Hashing.Crc32.Hash(png[12..]).Reverse();
        var path = _folder.File("bomb.png");
        File.WriteAllBytes(path, [.. png, .. crc, 0, 0, 0, 0, 0x49, 0x44, 0x41, 0x54, 0x35, 0xaf, 0x06, 0x1e]);

        AssertRefused<InvalidDataException>(path, "100000x100000");
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Pictures", name);

    private static void AssertRefused<TException>(string path, string reason)
        where TException : Exception
    {
        var error = Assert.ThrowsExactly<TException>(() => PictureReader.Read(path));
        StringAssert.Contains(error.Message, path);
        StringAssert.Contains(error.Message, reason);
    }

    private static (int Red, int Green, int Blue) ColorAt(MLImage picture, int x, int y)
    {
        var at = (y * picture.Width + x) * 4;
        var pixels = picture.Pixels;
        return picture.PixelFormat == MLPixelFormat.Rgba32 ? (pixels[at], pixels[at + 1], pixels[at + 2]) : (pixels[at + 2], pixels[at + 1], pixels[at]);
    }

    private static void AssertColor(MLImage picture, int x, int y, (int Red, int Green, int Blue) expected, int tolerance)
    {
        var actual = ColorAt(picture, x, y);
        Assert.AreEqual(expected.Red, actual.Red, tolerance, $"red at ({x}, {y})");
        Assert.AreEqual(expected.Green, actual.Green, tolerance, $"green at ({x}, {y})");
        Assert.AreEqual(expected.Blue, actual.Blue, tolerance, $"blue at ({x}, {y})");
    }
}
