using CDNet.MLNet.Blending;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using SkiaSharp;

namespace CDNet.MLNet.Tests.Blending;

/// <summary>Fakes made of real pictures, as a folder that trains.</summary>
[TestClass]
public sealed class SelfBlendedSetTests
{
    private readonly TempFolder _root = new();

    private static string Astronaut => Path.Combine(ChildProcess.Repository, "docs", "pictures", "astronaut.jpg");

    private static string Rocket => Path.Combine(ChildProcess.Repository, "docs", "pictures", "rocket.jpg");

    [TestCleanup]
    public void RemoveFolder() => _root.Dispose();

    [TestMethod]
    public void Each_face_has_a_fake_beside_it_and_the_rest_is_told()
    {
        File.WriteAllText(_root.File("broken.jpg"), "no picture");

        var report = SelfBlendedSet.Write([Rocket, Astronaut, _root.File("broken.jpg"), Astronaut], _root.File("set"));

        Assert.AreEqual(2, report.Pairs);
        CollectionAssert.AreEqual(new[] { Rocket }, report.WithoutFace.ToArray());
        StringAssert.Contains(report.Failed.Single(), "broken.jpg");
        var set = PictureSet.Open(Path.Combine(_root.File("set"), SelfBlendedSet.ManifestName));
        CollectionAssert.AreEqual(new[] { false, true, false, true }, set.Pictures.Select(picture => picture.IsFake).ToArray());
        Assert.AreEqual(2, set.Pictures.Select(picture => picture.SourceVideo).Distinct().Count());
        // The folder itself is a set too.
        Assert.HasCount(4, PictureSet.Open(_root.File("set")).Pictures);
    }

    [TestMethod]
    public void Fake_differs_in_the_face_and_both_went_through_the_same_encoder()
    {
        SelfBlendedSet.Write([Astronaut], _root.File("set"), new SelfBlendingOptions { JpegQuality = 60 });

        var (real, fake) = (File.ReadAllBytes(_root.File("set/real/000000-astronaut.jpg")), File.ReadAllBytes(_root.File("set/fake/000000-astronaut.jpg")));
        CollectionAssert.AreEqual(QuantizationTables(real), QuantizationTables(fake));
        using var one = SKBitmap.Decode(real);
        using var other = SKBitmap.Decode(fake);
        Assert.AreEqual(one.Info.Size, other.Info.Size);
        using var detector = new FaceDetector(FaceDetectorModel.Embedded);
        using var image = PictureReader.Read(Astronaut);
        Assert.IsGreaterThan(1, SelfBlendedSet.Difference(one, other, detector.Detect(image)[0].Box));
    }

    [TestMethod]
    public void Same_seed_writes_the_same_bytes_and_another_seed_others()
    {
        byte[] Fake(int seed)
        {
            SelfBlendedSet.Write([Astronaut], _root.File($"set{seed}"), new SelfBlendingOptions { Seed = seed });
            var bytes = File.ReadAllBytes(_root.File($"set{seed}/fake/000000-astronaut.jpg"));
            Directory.Delete(_root.File($"set{seed}"), recursive: true);
            return bytes;
        }

        CollectionAssert.AreEqual(Fake(1), Fake(1));
        CollectionAssert.AreNotEqual(Fake(1), Fake(2));
    }

    [TestMethod]
    public void No_draw_leaves_a_face_as_it_was()
    {
        using var detector = new FaceDetector(FaceDetectorModel.Embedded);
        using var image = PictureReader.Read(Astronaut);
        var face = detector.Detect(image)[0];
        using var real = SKBitmap.Decode(Astronaut, new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));

        for (var seed = 0; seed < 40; seed++)
        {
            using var fake = SelfBlendedSet.Blend(real, face, new Random(seed));
            Assert.IsGreaterThanOrEqualTo(1.5, SelfBlendedSet.Difference(real, fake, face.Box), $"seed {seed}");
        }
    }

    [TestMethod]
    public void What_cannot_be_done_is_refused_by_name()
    {
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => SelfBlendedSet.Write([Astronaut], _root.File("set"), new SelfBlendingOptions { JpegQuality = 0 })).Message, "JpegQuality");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => SelfBlendedSet.Write([], _root.File("set"))).Message, "no pictures");
        StringAssert.Contains(Assert.Throws<InvalidOperationException>(() => SelfBlendedSet.Write([Rocket], _root.File("set"))).Message, "has a face.");
        Assert.IsFalse(Directory.Exists(_root.File("set")), "Nothing is left that would refuse the next try.");
        File.WriteAllText(_root.File("full/mine.txt"), "kept");
        StringAssert.Contains(Assert.Throws<IOException>(() => SelfBlendedSet.Write([Astronaut], _root.File("full"))).Message, "full");
        Assert.AreEqual("kept", File.ReadAllText(_root.File("full/mine.txt")));
    }

    [TestMethod]
    public void It_ends_when_it_is_cancelled_and_leaves_no_list()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => SelfBlendedSet.Write([Astronaut, Astronaut, Astronaut], _root.File("set"), cancellation: stop.Token));
        Assert.IsFalse(File.Exists(Path.Combine(_root.File("set"), SelfBlendedSet.ManifestName)));
    }

    /// <summary>The contents of a JPEG file's segments that say how coarsely it keeps frequencies.</summary>
    private static byte[] QuantizationTables(byte[] jpeg)
    {
        var tables = new List<byte>();
        for (var i = 2; jpeg[i + 1] != 0xDA;)
        {
            var length = jpeg[i + 2] * 256 + jpeg[i + 3];
            if (jpeg[i + 1] == 0xDB)
                tables.AddRange(jpeg[(i + 4)..(i + 2 + length)]);
            i += 2 + length;
        }
        Assert.IsNotEmpty(tables);
        return [.. tables];
    }
}
