using System.IO.Compression;
using CDNet.MLNet.Calibration;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Bundles;
using Microsoft.ML;

namespace CDNet.MLNet.Tests.Scoring.Bundles;

[TestClass]
public sealed class ModelSealTests
{
    private readonly TempFolder _folder = new();

    // CDNET_LONG_TESTS=1 looks at every byte; otherwise at one of this many.
    private static int Stride => Environment.GetEnvironmentVariable("CDNET_LONG_TESTS") == "1" ? 1 : 7;

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Model_without_checksums_is_loaded_and_says_so()
    {
        using var model = CDNetModel.Load(TinyModel.Write(_folder.File("plain.zip"), _folder.File("train")));

        Assert.IsFalse(model.IsSealed);
    }

    [TestMethod]
    public void Sealed_model_scores_as_before_here_and_in_ML_NET()
    {
        var path = Sealed();
        var picture = Picture();
        using var plain = CDNetModel.Load(_folder.File("plain.zip"));
        using var model = CDNetModel.Load(path);
        var context = new MLContext();
        var loaded = context.Model.Load(path, out _);
        using var disposed = (IDisposable)loaded;
        using var engine = context.Model.CreatePredictionEngine<Input, Output>(loaded);

        var score = model.Score([picture]).Single().Score;

        Assert.IsTrue(model.IsSealed);
        Assert.IsTrue(float.IsFinite(score));
        Assert.AreEqual(plain.Score([picture]).Single().Score, score);
        Assert.AreEqual(score, engine.Predict(new Input { Path = picture }).Score);
    }

    [TestMethod]
    public void Whatever_writes_a_model_writes_checksums_that_are_right()
    {
        var path = Sealed();
        using (var model = CDNetModel.Load(path))
            model.SaveCalibrated(new ScoreCalibration(1, 0, 0.5f), _folder.File("calibrated.zip"));
        HalfPrecisionModel.Write(path, _folder.File("half.zip"));
        DetectorExchange.Write(path, path, crops => crops with { Detector = MarkerDetector.Create(), MinConfidence = 0.5f });

        foreach (var written in new[] { path, _folder.File("calibrated.zip"), _folder.File("half.zip") })
        {
            using var model = CDNetModel.Load(written);
            Assert.IsTrue(model.IsSealed, written);
            using var archive = ZipFile.OpenRead(written);
            Assert.AreEqual(1, archive.Entries.Count(entry => entry.FullName == BundleSeal.EntryName), written);
        }
        using var exchanged = CDNetModel.Load(path);
        Assert.AreEqual(0.5f, exchanged.CropOptions.MinConfidence);
    }

    [TestMethod]
    public void Model_that_must_not_be_written_can_be_the_source_of_one()
    {
        var path = TinyModel.Write(_folder.File("plain.zip"), _folder.File("train"));
        File.SetAttributes(path, FileAttributes.ReadOnly);

        ModelSeal.Write(path, _folder.File("sealed.zip"));

        Assert.IsTrue(CDNetModel.Load(File.ReadAllBytes(_folder.File("sealed.zip")), "sealed").IsSealed);
    }

    [TestMethod]
    public void Model_cut_off_at_any_byte_is_refused()
    {
        var whole = File.ReadAllBytes(Sealed());

        for (var length = whole.Length - 1; length >= 0; length -= length > whole.Length - 1000 ? 1 : Stride)
        {
            var error = Assert.ThrowsExactly<InvalidDataException>(() => CDNetModel.Load(whole[..length], "cut.zip"), $"{length} of {whole.Length} bytes");
            StringAssert.StartsWith(error.Message, "cut.zip");
        }
    }

    [TestMethod]
    public void Changed_byte_is_refused_or_changes_no_score()
    {
        var path = Sealed();
        var whole = File.ReadAllBytes(path);
        var picture = Picture();
        var expected = CDNetModel.Load(path).Score([picture]).Single();
        var (refused, kept) = (0, new List<(int At, byte[] Bytes)>());

        for (var at = 0; at < whole.Length; at += Stride)
        {
            foreach (var change in new byte[] { 0x01, 0x80, 0xFF })
            {
                byte[] changed = [.. whole];
                changed[at] ^= change;
                if (Passes(changed))
                    kept.Add((at, changed));
                else
                    refused++;
            }
        }

        Assert.IsTrue(refused > 3 * whole.Length / Stride / 2, $"{refused} refused");
        // Times, versions and the like, which nobody reads.
        foreach (var (at, bytes) in kept.Where((_, i) => i % Math.Max(1, kept.Count * Stride / 70) == 0))
        {
            try
            {
                using var model = CDNetModel.Load(bytes, "changed.zip");
                Assert.AreEqual(expected.Score, model.Score([picture]).Single().Score, $"byte {at}");
            }
            catch (InvalidDataException)
            {
                // ML.NET reads more of a zip than the check does.
            }
        }
    }

    private static bool Passes(byte[] zip)
    {
        using var stream = new MemoryStream(zip);
        try
        {
            BundleCheck.Run(stream, "changed.zip");
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private string Picture()
    {
        using var bitmap = TestPictures.DrawLabeled(isFake: true, 99);
        return TestPictures.Save(bitmap, _folder.File("picture.png"));
    }

    private string Sealed()
    {
        var plain = TinyModel.Write(_folder.File("plain.zip"), _folder.File("train"));
        ModelSeal.Write(plain, _folder.File("sealed.zip"));
        return _folder.File("sealed.zip");
    }

    private sealed class Input
    {
        public string Path { get; set; } = "";
    }

    private sealed class Output
    {
        public float Score { get; set; }
    }
}
