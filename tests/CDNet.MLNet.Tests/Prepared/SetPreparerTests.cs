using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Prepared;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Prepared;

[TestClass]
public sealed class SetPreparerTests
{
    private static readonly FaceDetectorModel Marker = MarkerDetector.Create();

    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Crops_of_pictures_are_those_of_the_pipeline_to_the_last_bit()
    {
        var pictures = TestPictures.WriteLabeledSet(_folder.File("data"), 12);
        using var none = TestPictures.Draw(128, 128, 99);
        TestPictures.Save(none, _folder.File("data/real/zzz.png"));

        var report = SetPreparer.Run(PictureSet.Open(_folder.File("data")), _folder.File("set"), Options());

        Assert.AreEqual((13, 0, 13L, 1L, 6L, 6L), (report.Pictures, report.Videos, report.Rows, report.RowsWithoutFace, report.RealFaces, report.FakeFaces));
        var rows = PreparedSet.Open(_folder.File("set")).Load();
        var paths = rows.GetColumn<string>(PreparedColumns.Path).ToArray();
        CollectionAssert.AreEqual(paths.Order(StringComparer.Ordinal).Where(path => path.StartsWith("real", StringComparison.Ordinal)).ToArray(), paths[..7], "in the order of the data");
        var context = new MLContext();
        var input = context.Data.LoadFromEnumerable(paths.Select(path => new PathRow { Path = Path.Combine(_folder.File("data"), path) }));
        var direct = context.Transforms.LoadPictures().Append(context.Transforms.CropFaceParts(options: Options().Crops)).Fit(input).Transform(input);
        var expected = PreparedRows.CropsOf(direct).ToArray();
        var crops = PreparedRows.Crops(rows);
        for (var i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], crops[i], paths[i]);
        CollectionAssert.AreEqual(direct.GetColumn<float>(FaceColumns.FaceConfidence).ToArray(), rows.GetColumn<float>(FaceColumns.FaceConfidence).ToArray());
        CollectionAssert.AreEqual(direct.GetColumn<float[]>(FaceColumns.FaceBox).SelectMany(box => box).ToArray(), rows.GetColumn<float[]>(FaceColumns.FaceBox).SelectMany(box => box).ToArray());
        CollectionAssert.AreEqual(
            direct.GetColumn<float[]>(FaceColumns.FaceKeypoints).SelectMany(points => points).ToArray(), rows.GetColumn<float[]>(FaceColumns.FaceKeypoints).SelectMany(points => points).ToArray());
        Assert.HasCount(12, pictures);
    }

    [TestMethod]
    public void Part_files_are_plain_files_of_mlnet()
    {
        TestPictures.WriteLabeledSet(_folder.File("data"), 10);
        SetPreparer.Run(PictureSet.Open(_folder.File("data")), _folder.File("set"), Options() with { PartRows = 4 });

        var files = Directory.GetFiles(_folder.File("set"), "*.idv").Order(StringComparer.Ordinal).ToArray();
        Assert.AreEqual("shard-00000-of-00001-part-00000.idv", Path.GetFileName(files[0]));
        var views = files.Select(file => new MLContext().Data.LoadFromBinary(file)).ToArray();
        CollectionAssert.AreEqual(new long?[] { 4, 4, 2 }, views.Select(view => view.GetRowCount()).ToArray());
        CollectionAssert.AreEqual(PreparedRows.Of(_folder.File("set")), views.SelectMany(PreparedRows.Of).ToArray());
        // A program that knows nothing of this library decodes a crop with ML.NET alone.
        using var crop = MLImage.CreateFromStream(new MemoryStream(views[0].GetColumn<byte[]>(PreparedColumns.EncodedOf(FaceColumns.Face)).First()));
        Assert.AreEqual((299, 299), (crop.Width, crop.Height));
    }

    [TestMethod]
    public void Videos_give_rows_by_frame_and_pictures_beside_them()
    {
        DrawnVideos.Write(_folder.File("data/real/a.vid"), 5);
        DrawnVideos.Write(_folder.File("data/fake/Deepfakes/a.vid"), 3);
        using var picture = TestPictures.DrawLabeled(true, 1);
        TestPictures.Save(picture, _folder.File("data/fake/b.png"));

        var report = Run(Options() with { Frames = 4 });

        Assert.AreEqual((1, 2, 8L), (report.Pictures, report.Videos, report.Rows));
        var rows = PreparedSet.Open(_folder.File("set")).Load();
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 0, 1, 2, 0 }, rows.GetColumn<int>(PreparedColumns.Frame).ToArray());
        CollectionAssert.AreEqual(
            new[] { "real/a.vid", "fake/Deepfakes/a.vid", "fake/b.png" }, rows.GetColumn<string>(PreparedColumns.Video).Distinct().ToArray(), "the path below the root tells videos of one name apart");
        CollectionAssert.AreEqual(new[] { "", "Deepfakes", "" }, new[] { 0, 4, 7 }.Select(row => rows.GetColumn<string>(PreparedColumns.Method).ElementAt(row)).ToArray());
        CollectionAssert.AreEqual(new[] { false, true }, rows.GetColumn<bool>(FaceColumns.Label).Distinct().ToArray());
    }

    [TestMethod]
    public void Rows_do_not_depend_on_the_number_of_threads()
    {
        TestPictures.WriteLabeledSet(_folder.File("data"), 20);
        DrawnVideos.Write(_folder.File("data/real/a.vid"), 30);
        var set = PictureSet.Open(_folder.File("data"), null, [".vid"]);

        SetPreparer.Run(set, _folder.File("one"), Options() with { Threads = 1, Frames = null, PartRows = 7 });
        SetPreparer.Run(set, _folder.File("many"), Options() with { Threads = 7, Frames = null, PartRows = 7 });

        CollectionAssert.AreEqual(PreparedRows.Of(_folder.File("one")), PreparedRows.Of(_folder.File("many")));
        CollectionAssert.AreEqual(Files("one"), Files("many"));
    }

    [TestMethod]
    public void Every_kind_of_bad_input_is_reported_and_the_rest_is_prepared()
    {
        DrawnVideos.Write(_folder.File("data/real/good.vid"), 3);
        DrawnVideos.Write(_folder.File("data/real/nofaces.vid"), 3, "noface");
        DrawnVideos.Write(_folder.File("data/real/noframes.vid"), 0);
        DrawnVideos.Write(_folder.File("data/real/tail.vid"), 2, "breaks");
        File.WriteAllText(_folder.File("data/real/zero.vid"), "");
        Directory.CreateDirectory(_folder.File("data/real/folder.vid"));
        using var picture = TestPictures.DrawLabeled(true, 1);
        TestPictures.Save(picture, _folder.File("data/fake/a.png"));
        TestPictures.Save(picture, _folder.File("data/fake/both.png"));
        TestPictures.Save(picture, _folder.File("data/fake/splits.png"));
        File.WriteAllText(_folder.File("data/fake/broken.png"), "no picture");
        File.WriteAllLines(_folder.File("data/list.csv"),
        [
            "path,label,split", "real/good.vid,real,", "real/nofaces.vid,real,", "real/noframes.vid,real,", "real/tail.vid,real,", "real/zero.vid,real,", "real/folder.vid,real,",
            "real/missing.vid,real,", "fake/a.png,fake,", "fake/../fake/a.png,fake,", "fake/both.png,fake,", "fake/both.png,real,", "fake/splits.png,fake,train", "fake/splits.png,fake,test",
            "fake/broken.png,fake,", "x.png,maybe,",
        ]);

        var report = SetPreparer.Run(PictureSet.Open(_folder.File("data/list.csv"), null, [".vid"]), _folder.File("set"), Options());

        PrepareProblem Problem(string path) => report.Problems.Single(problem => problem.Path == path);
        AssertProblem(Problem("real/nofaces.vid"), PrepareProblemKind.NoFace, "3 frames");
        AssertProblem(Problem("real/noframes.vid"), PrepareProblemKind.Unreadable, "no frames");
        AssertProblem(Problem("real/tail.vid"), PrepareProblemKind.Incomplete, "breaks off. 2 frames");
        AssertProblem(Problem("real/zero.vid"), PrepareProblemKind.Unreadable, "empty");
        AssertProblem(Problem("real/folder.vid"), PrepareProblemKind.Unreadable, "a folder");
        AssertProblem(Problem("real/missing.vid"), PrepareProblemKind.Unreadable, "no such file");
        AssertProblem(Problem("fake/a.png"), PrepareProblemKind.Duplicate, "2 times");
        AssertProblem(Problem("fake/both.png"), PrepareProblemKind.Contradiction, "real and as fake");
        AssertProblem(Problem("fake/splits.png"), PrepareProblemKind.Contradiction, "'train' and 'test'");
        AssertProblem(Problem("fake/broken.png"), PrepareProblemKind.Unreadable, "no picture");
        AssertProblem(report.Problems.Single(problem => problem.Kind == PrepareProblemKind.NotListed), PrepareProblemKind.NotListed, "'maybe'");
        Assert.HasCount(11, report.Problems);
        Assert.AreEqual(5, report.ProblemCounts[PrepareProblemKind.Unreadable]);
        CollectionAssert.AreEqual(
            new[] { "real/good.vid", "real/nofaces.vid", "real/tail.vid", "fake/a.png" },
            PreparedSet.Open(_folder.File("set")).Load().GetColumn<string>(PreparedColumns.Path).Distinct().ToArray());
    }

    [TestMethod]
    public void Folder_with_the_name_of_a_video_is_reported_unless_it_holds_frames()
    {
        DrawnVideos.Write(_folder.File("data/real/good.vid"), 1);
        Directory.CreateDirectory(_folder.File("data/fake/empty.vid"));
        using var picture = TestPictures.DrawLabeled(true, 1);
        TestPictures.Save(picture, _folder.File("data/fake/frames.vid/0.png"));

        var report = Run(Options());

        AssertProblem(report.Problems.Single(), PrepareProblemKind.NotListed, "a folder");
        Assert.AreEqual("fake/empty.vid", report.Problems[0].Path);
        Assert.AreEqual(2, report.Rows);
    }

    [TestMethod]
    public void Cancelled_run_goes_on_where_it_ended_and_the_rows_are_those_of_an_undisturbed_one()
    {
        for (var video = 0; video < 6; video++)
            DrawnVideos.Write(_folder.File($"data/{(video % 2 == 0 ? "real" : "fake")}/{video}.vid"), 6);
        Run(Options() with { PartRows = 6 }, "undisturbed");
        var frames = 0;
        using var cancel = new CancellationTokenSource();
        var stopping = new DrawnVideos { OnFrame = _ => { if (++frames == 20) cancel.Cancel(); } };

        Assert.ThrowsExactly<OperationCanceledException>(() => Run(Options() with { PartRows = 6, Videos = stopping }, "set", cancel.Token));

        var finished = Directory.GetFiles(_folder.File("set"), "*.idv").Length;
        Assert.IsTrue(finished is > 0 and < 6, $"{finished} parts");
        Assert.IsEmpty(Directory.GetFiles(_folder.File("set"), "*.tmp"), "nothing half written stays");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => PreparedSet.Open(_folder.File("set"))).Message, "not finished");
        var report = Run(Options() with { PartRows = 6 });
        Assert.AreEqual((6, finished), (report.Parts, report.PartsOfEarlierRuns));
        CollectionAssert.AreEqual(PreparedRows.Of(_folder.File("undisturbed")), PreparedRows.Of(_folder.File("set")));
    }

    [TestMethod]
    public void Damaged_part_is_left_out_of_reading_and_made_again_by_the_next_run()
    {
        TestPictures.WriteLabeledSet(_folder.File("data"), 10);
        Run(Options() with { PartRows = 4 });
        var rows = PreparedRows.Of(_folder.File("set"));
        var file = _folder.File("set/shard-00000-of-00001-part-00001.idv");
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);

        var damaged = PreparedSet.Open(_folder.File("set"), isThorough: true);

        Assert.AreEqual(file, damaged.Damaged.Single().Item);
        StringAssert.Contains(damaged.Damaged.Single().Reason, "SHA-256");
        CollectionAssert.AreEqual(rows[..4].Concat(rows[8..]).ToArray(), PreparedRows.Of(damaged.Load()), "the rest goes on");
        var report = Run(Options() with { PartRows = 4 });
        Assert.AreEqual(file, report.Redone.Single().Item);
        CollectionAssert.AreEqual(rows, PreparedRows.Of(_folder.File("set")));
    }

    [TestMethod]
    public void Folder_of_another_set_is_refused_and_the_difference_named()
    {
        TestPictures.WriteLabeledSet(_folder.File("data"), 4);
        Run(Options());

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Run(Options() with { Frames = 8 })).Message, "Frames (32, now 8)");
        TestPictures.WriteLabeledSet(_folder.File("data"), 6);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Run(Options())).Message, "the list of files");
    }

    [TestMethod]
    public void Shard_that_another_process_prepares_is_refused()
    {
        TestPictures.WriteLabeledSet(_folder.File("data"), 4);
        using (new FileStream(_folder.File("set/shard-00000-of-00001.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => Run(Options())).Message, "another process");
        Assert.AreEqual(4, Run(Options()).Rows);
        Assert.IsFalse(File.Exists(_folder.File("set/shard-00000-of-00001.lock")));
    }

    [TestMethod]
    public void Jpeg_sets_are_smaller_and_read_the_same_way()
    {
        TestPictures.WriteLabeledSet(_folder.File("data"), 4);
        var png = Run(Options(), "png");
        var jpeg = Run(Options() with { Encoding = CropEncoding.Jpeg }, "jpeg");

        Assert.IsLessThan(png.Bytes, jpeg.Bytes);
        var (exact, close) = (PreparedRows.Crops(PreparedSet.Open(_folder.File("png")).Load()), PreparedRows.Crops(PreparedSet.Open(_folder.File("jpeg")).Load()));
        for (var row = 0; row < 4; row++)
            Assert.IsLessThan(6, exact[row].Zip(close[row], (a, b) => Math.Abs(a - b)).Average());
    }

    [TestMethod]
    public void Splits_and_limits_choose_rows()
    {
        foreach (var (split, count) in new[] { ("train", 12), ("val", 4) })
            TestPictures.WriteLabeledSet(_folder.File($"data/{split}"), count, firstSeed: count);
        Run(Options() with { PartRows = 5 });
        var set = PreparedSet.Open(_folder.File("set"));

        CollectionAssert.AreEqual(new[] { "train", "val" }, set.SplitNames.ToArray());
        Assert.AreEqual((12L, 4L), (set.RowsOf("train"), set.RowsOf("val")));
        CollectionAssert.AreEqual(PreparedRows.Of(_folder.File("set"))[12..], PreparedRows.Of(set.Load("val")));
        Assert.AreEqual(16, set.Load().GetRowCount());
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => set.Load("test")).Message, "it has train, val");
        var limits = new Dictionary<string, int> { ["train"] = 5, ["val"] = 0 };
        var limited = PreparedRows.Of(set.LoadLimited(limits, seed: 3));
        Assert.HasCount(9, limited);
        CollectionAssert.AreEqual(limited, PreparedRows.Of(set.LoadLimited(limits, seed: 3)));
        CollectionAssert.AreNotEqual(limited, PreparedRows.Of(set.LoadLimited(limits, seed: 4)));
    }

    [TestMethod]
    public void Contact_sheet_frames_fakes_red_and_reals_green()
    {
        TestPictures.WriteLabeledSet(_folder.File("data"), 6);
        Run(Options());

        using var sheet = SkiaSharp.SKBitmap.Decode(_folder.File("set/contact-sheet.png"));

        // 8 cells of 174 pixels and a gap of 6; three reals come first.
        Assert.AreEqual(8 * 174 + 6, sheet.Width);
        var (real, fake, empty) = (sheet.GetPixel(6, 100), sheet.GetPixel(6 + 3 * 174, 100), sheet.GetPixel(6 + 6 * 174, 100));
        Assert.IsTrue(real.Green > real.Red && fake.Red > fake.Green, $"{real} {fake}");
        Assert.AreEqual(empty.Red, empty.Green);
    }

    [TestMethod]
    public void Time_left_counts_this_run_alone_and_the_share_ends_at_one()
    {
        for (var video = 0; video < 4; video++)
            DrawnVideos.Write(_folder.File($"data/{(video % 2 == 0 ? "real" : "fake")}/{video}.vid"), 3);
        var shares = new List<PrepareProgress>();

        Run(Options() with { Progress = new ToldAtOnce<PrepareProgress>(shares.Add) });

        CollectionAssert.AreEqual(shares.Select(step => step.Share).Order().ToArray(), shares.Select(step => step.Share).ToArray(), "videos of fewer frames than expected too");
        Assert.AreEqual(1, shares[^1].Share, 1e-9);
        Assert.AreEqual(12, shares[^1].Rows);
    }

    private PrepareReport Run(PrepareOptions options, string output = "set", CancellationToken cancellation = default)
        => SetPreparer.Run(PictureSet.Open(_folder.File("data"), null, [".vid"]), _folder.File(output), options, cancellation);

    private static PrepareOptions Options() => new() { Crops = new FacePartCropOptions { Detector = Marker }, Videos = new DrawnVideos(), Threads = 2 };

    private string[] Files(string folder) => [.. Directory.GetFiles(_folder.File(folder)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static void AssertProblem(PrepareProblem problem, PrepareProblemKind kind, string words)
    {
        Assert.AreEqual(kind, problem.Kind);
        StringAssert.Contains(problem.Reason, words);
    }

    private sealed class PathRow
    {
        public string Path { get; set; } = "";
    }
}
