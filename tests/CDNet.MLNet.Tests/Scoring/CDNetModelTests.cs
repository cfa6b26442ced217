using CDNet.MLNet.Scoring.Batching;
using System.IO.Compression;
using System.Text;
using CDNet.MLNet.Calibration;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Tests.Prepared;
using Microsoft.ML;

namespace CDNet.MLNet.Tests.Scoring;

[TestClass]
public sealed class CDNetModelTests
{
    private readonly MLContext _context = new(1);
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Graph_of_the_model_that_comes_with_the_library_gives_the_scores_of_its_pipeline()
    {
        // Loading relies on it: the pipeline is not loaded to look again.
        using var model = CDNetModel.LoadDefault();
        using var graph = model.CreateScorer(threads: 1);
        using var pipeline = model.CreateRowScorer();
        var probe = FaceCrops.Probe();
        var noise = new Random(4);
        byte[] Noise(byte[] crop)
        {
            var bytes = new byte[crop.Length];
            noise.NextBytes(bytes);
            return bytes;
        }
        FaceCrops[] faces =
        [
            probe,
            probe with { RightEye = probe.Mouth, Mouth = probe.RightEye },
            probe with { Face = Noise(probe.Face), RightEye = Noise(probe.RightEye), LeftEye = Noise(probe.LeftEye), Nose = Noise(probe.Nose), Mouth = Noise(probe.Mouth) },
        ];

        Assert.IsInstanceOfType<GraphFaceScorer>(graph);
        foreach (var (expected, score) in pipeline.Score(faces).Zip(graph.Score(faces)))
            Assert.AreEqual(expected.Score, score.Score, 1e-5f * Math.Max(1, Math.Abs(expected.Score)));
    }

    [TestMethod]
    public void Order_of_the_files_is_kept_with_many_pictures_and_bad_ones_among_them()
    {
        using var model = CDNetModel.Load(Save());
        var paths = TestPictures.WriteLabeledSet(_folder.Path, 150).Select(item => item.Path).ToList();
        for (var i = 0; i < 150; i += 7)
            paths.Insert(i, _folder.File($"missing{i}.png"));
        var expected = paths.Where(File.Exists).ToDictionary(path => path, path => model.Score([path]).First().Score);

        var verdicts = model.Score(paths).Where(verdict => verdict.Face == 0).ToArray();

        CollectionAssert.AreEqual(paths, verdicts.Select(verdict => verdict.Path).ToArray());
        foreach (var verdict in verdicts.Where(verdict => verdict.Error is null))
            Assert.AreEqual(expected[verdict.Path], verdict.Score, verdict.Path);
    }

    [TestMethod]
    public void Calibration_is_saved_with_the_model_and_makes_its_probabilities_and_verdicts()
    {
        var source = Save();
        var paths = TestPictures.WriteLabeledSet(_folder.Path, 12).Select(item => item.Path).ToArray();
        FaceVerdict[] before;
        using (var plain = CDNetModel.Load(source))
        {
            Assert.IsNull(plain.Calibration);
            before = [.. plain.Score(paths)];
            plain.SaveCalibrated(new ScoreCalibration(9, 9, 9), _folder.File("calibrated.zip"));
        }
        var middle = before.Select(verdict => verdict.Score).Order().ElementAt(6);
        // The second one replaces the first.
        using (var calibrated = CDNetModel.Load(_folder.File("calibrated.zip")))
            calibrated.SaveCalibrated(new ScoreCalibration(0.5f, 0.25f, middle), _folder.File("calibrated.zip"));

        using var model = CDNetModel.Load(_folder.File("calibrated.zip"));

        Assert.AreEqual(new ScoreCalibration(0.5f, 0.25f, middle), model.Calibration);
        foreach (var (verdict, earlier) in model.Score(paths).Zip(before))
        {
            Assert.AreEqual(earlier.Score, verdict.Score);
            Assert.AreEqual(model.Calibration!.Probability(earlier.Score), verdict.Probability);
            Assert.AreEqual(earlier.Score > middle ? Verdict.Fake : Verdict.Real, verdict.Verdict);
        }
    }

    [TestMethod]
    public void Frames_of_videos_are_scored_between_pictures_in_order()
    {
        using var model = CDNetModel.Load(Save());
        var picture = TestPictures.WriteLabeledSet(_folder.Path, 1).Single().Path;
        string[] paths =
        [
            DrawnVideos.Write(_folder.File("a.vid"), 5), picture, DrawnVideos.Write(_folder.File("b.vid"), 2, "noface"), DrawnVideos.Write(_folder.File("c.vid"), 2, "breaks"), _folder.File("none.vid"),
        ];

        var verdicts = model.Score(paths, new ScoringOptions { Videos = new DrawnVideos(), Frames = 3 }).ToArray();

        CollectionAssert.AreEqual(
            new[] { "a.vid 0", "a.vid 1", "a.vid 2", $"{Path.GetFileName(picture)} 0", "b.vid 0", "b.vid 1", "c.vid 0", "c.vid 1", "c.vid 0", "none.vid 0" },
            verdicts.Select(verdict => $"{Path.GetFileName(verdict.Path)} {verdict.Frame}").ToArray());
        Assert.IsTrue(verdicts[..4].All(verdict => float.IsFinite(verdict.Score)));
        Assert.AreEqual(model.Score([picture]).Single().Score, verdicts[3].Score, "as without the videos");
        Assert.IsTrue(verdicts[4..6].All(verdict => verdict.Verdict == Verdict.NoFace));
        StringAssert.Contains(verdicts[8].Error, "breaks off");
        StringAssert.Contains(verdicts[9].Error, "no such file");
        Assert.AreEqual(verdicts[..3].Average(verdict => verdict.Score), VideoVerdict.Of(model, verdicts[..3]).Score, 1e-6);
    }

    [TestMethod]
    public void Pictures_that_are_made_worse_have_other_scores()
    {
        using var model = CDNetModel.Load(Save());
        var paths = TestPictures.WriteLabeledSet(_folder.Path, 4).Select(item => item.Path).ToArray();

        var before = model.Score(paths).ToArray();
        var worse = model.Score(paths, new ScoringOptions { Degradation = new PictureDegradation { JpegQuality = 90, Scale = 0.75 } }).ToArray();

        CollectionAssert.AreEqual(paths, worse.Select(verdict => verdict.Path).ToArray());
        foreach (var (plain, degraded) in before.Zip(worse))
        {
            Assert.AreNotEqual(plain.Score, degraded.Score);
            Assert.AreEqual(0.75 * plain.Detection!.Value.Box.Width, degraded.Detection!.Value.Box.Width, 1, "boxes are in pixels of the smaller picture");
        }
        Assert.Throws<ArgumentException>(() => model.Score(paths, new ScoringOptions { Degradation = new PictureDegradation { Scale = 0 } }));
    }

    [TestMethod]
    public void Score_is_judged_as_the_model_judges()
    {
        var paths = TestPictures.WriteLabeledSet(_folder.Path, 4).Select(item => item.Path).ToArray();
        using var plain = CDNetModel.Load(Save());
        plain.SaveCalibrated(new ScoreCalibration(0.5f, 0.25f, 0.1f), _folder.File("calibrated.zip"));
        using var calibrated = CDNetModel.Load(_folder.File("calibrated.zip"));

        foreach (var model in new[] { plain, calibrated })
        {
            foreach (var verdict in model.Score(paths))
            {
                var (probability, isFake) = model.Judge(verdict.Score);
                Assert.AreEqual(verdict.Probability, probability, 1e-6f);
                Assert.AreEqual(verdict.Verdict == Verdict.Fake, isFake);
            }
        }
        Assert.IsTrue(float.IsNaN(plain.Judge(float.NaN).Probability) && !plain.Judge(float.NaN).IsFake);
    }

    [TestMethod]
    public void Model_that_comes_with_the_library_loads_in_both_ways()
    {
        using var model = CDNetModel.LoadDefault();
        using var zip = CDNetModel.OpenDefault();
        var loaded = new Microsoft.ML.MLContext().Model.Load(zip, out var schema);
        using var disposed = (IDisposable)loaded;

        Assert.AreEqual((CDNetModel.DefaultName, "sam"), (model.Name, model.Network));
        Assert.AreEqual(64, model.Sha256.Length);
        Assert.AreEqual(zip.Length, model.Bytes);
        Assert.IsNotNull(schema.GetColumnOrNull("Path"));
    }

    [TestMethod]
    public void Cancellation_ends_the_scoring()
    {
        using var model = CDNetModel.Load(Save());
        var paths = TestPictures.WriteLabeledSet(_folder.Path, 40).Select(item => item.Path).ToArray();
        using var source = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in model.Score(Enumerable.Repeat(paths, 100).SelectMany(all => all), source.Token))
                source.Cancel();
        });
    }

    [TestMethod]
    public void Cancellation_ends_the_scoring_where_all_rows_were_read_ahead()
    {
        using var model = CDNetModel.Load(Save());
        var paths = TestPictures.WriteLabeledSet(_folder.Path, 40).Select(item => item.Path).ToArray();
        using var source = new CancellationTokenSource();
        var verdicts = 0;

        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in model.Score(paths, source.Token))
            {
                // The rows fit into what ML.NET reads at once.
                if (++verdicts == 20)
                    source.Cancel();
            }
        });

        Assert.AreEqual(20, verdicts);
    }

    [TestMethod]
    public void Zip_of_another_kind_is_refused()
    {
        using (var archive = ZipFile.Open(_folder.File("other.zip"), ZipArchiveMode.Create))
            archive.CreateEntry("readme.txt");

        AssertRefused(_folder.File("other.zip"), "no model that finds faces");
    }

    [TestMethod]
    public void Model_of_mlnet_without_faces_is_refused()
    {
        var data = _context.Data.LoadFromEnumerable([new Row { Path = "a" }]);
        _context.Model.Save(_context.Transforms.CopyColumns("Copy", "Path").Fit(data), data.Schema, _folder.File("other.zip"));

        AssertRefused(_folder.File("other.zip"), "no model that finds faces");
    }

    [TestMethod]
    public void Model_of_a_later_version_is_refused_with_both_versions()
    {
        var path = Save();
        // A later version would name another contract; ML.NET writes its strings in UTF-16.
        Rewrite(path, bytes => Replace(bytes, "FacePartCrop/1", "FacePartCrop/9", Encoding.Unicode));

        AssertRefused(path, "a version of CDNet.MLNet wrote it that this one does not know");
    }

    [TestMethod]
    public void Detector_that_was_changed_in_the_zip_is_refused_by_the_pipeline()
    {
        var path = Save();
        // The detector's graph inside the constant of the crop state: the same length, another name.
        Rewrite(path, bytes => Replace(bytes, "cdnet.detector.inputSide", "cdnet.detector.inputSidX", Encoding.ASCII));

        AssertRefused(path, "no model zip, or a damaged one");
    }

    [TestMethod]
    public void Truncated_model_is_refused_wherever_it_ends()
    {
        var bytes = File.ReadAllBytes(Save());
        foreach (var share in new[] { 0, 0.001, 0.1, 0.5, 0.99, 0.9999 })
        {
            var path = _folder.File("cut.zip");
            File.WriteAllBytes(path, bytes[..(int)(bytes.Length * share)]);

            Assert.ThrowsExactly<InvalidDataException>(() => CDNetModel.Load(path), $"{share}");
        }
    }

    private string Save()
    {
        var pictures = TestPictures.WriteLabeledSet(_folder.File("train"), 8);
        var data = _context.Data.LoadFromEnumerable(pictures.Select(item => new Row { Path = item.Path, Label = item.IsFake }));
        var dct = new DctAmplitudeOptions { Columns = [new InputOutputColumnPair("Features", "Face")] };
        using var model = _context.Transforms.LoadPictures()
            .Append(_context.Transforms.CropFaceParts(options: new FacePartCropOptions { Detector = MarkerDetector.Create() }))
            .Append(_context.Transforms.DctAmplitude(dct))
            .Append(_context.BinaryClassification.Trainers.ClusterDecision())
            .Fit(data);
        var path = _folder.File("model.zip");
        _context.Model.Save(model, data.Schema, path);
        return path;
    }

    private static void AssertRefused(string path, string reason)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => CDNetModel.Load(path));
        StringAssert.Contains(error.Message, path);
        StringAssert.Contains(error.Message, reason);
    }

    private static byte[] Replace(byte[] bytes, string from, string to, Encoding encoding)
    {
        // Latin-1 keeps every byte, so that texts in any encoding can be replaced as bytes.
        string AsBytes(string text) => Encoding.Latin1.GetString(encoding.GetBytes(text));
        var text = Encoding.Latin1.GetString(bytes);
        return Encoding.Latin1.GetBytes(text.Replace(AsBytes(from), AsBytes(to), StringComparison.Ordinal));
    }

    private static void Rewrite(string zip, Func<byte[], byte[]> change)
    {
        using var archive = ZipFile.Open(zip, ZipArchiveMode.Update);
        foreach (var entry in archive.Entries.ToArray())
        {
            using var stream = entry.Open();
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            stream.Position = 0;
            stream.Write(change(bytes));
        }
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";

        public bool Label { get; set; }
    }
}
