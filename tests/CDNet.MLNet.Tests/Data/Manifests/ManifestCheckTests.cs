using CDNet.MLNet.Data;
using CDNet.MLNet.Data.Manifests;

namespace CDNet.MLNet.Tests.Data.Manifests;

/// <summary>Downloads that are whole, cut off, doubled or mixed up, compared with their manifests.</summary>
[TestClass]
public sealed class ManifestCheckTests
{
    private const string Originals = "original_sequences/youtube/c23/videos";
    private readonly TempFolder _root = new();

    [TestCleanup]
    public void RemoveFolder() => _root.Dispose();

    [TestMethod]
    public void Real_clips_in_their_places_of_FaceForensics_are_found_and_listed()
    {
        var clips = new Dictionary<string, string>
        {
            ["004.mp4"] = $"{Originals}/004.mp4",
            ["519.mp4"] = $"{Originals}/519.mp4",
            ["519_515.mp4"] = "manipulated_sequences/Deepfakes/c23/videos/519_515.mp4",
            ["004_982.mp4"] = "manipulated_sequences/NeuralTextures/c23/videos/004_982.mp4",
        };
        foreach (var (clip, place) in clips)
            File.WriteAllBytes(_root.File(place), File.ReadAllBytes(Path.Combine(SharedData.Require("videos"), clip)));

        var report = Check("faceforensics-c23");
        var listed = PictureSet.FromManifest(Load("faceforensics-c23"), _root.Path).Pictures;

        Assert.AreEqual((4, 4996), (report.Found, report.Count(ProblemKind.Missing)), "all but FaceShifter's 1,000 are expected");
        Assert.AreEqual(0, report.Count(ProblemKind.Unreadable));
        CollectionAssert.AreEqual(
            new[] { ("515_519", "Deepfakes", "train"), ("004_982", "NeuralTextures", "val"), ("004_982", "", "val"), ("515_519", "", "train") },
            listed.Select(picture => (picture.SourceVideo, picture.Method, picture.Split)).ToArray());
    }

    [TestMethod]
    public void Whole_miniature_is_good_and_what_is_optional_may_be_absent()
    {
        var manifest = Load("faceforensics-c23");
        var size = 0;
        foreach (var rule in manifest.Rules.Where(rule => !rule.IsOptional))
        {
            foreach (var (path, _) in rule.Expected(manifest.Lists!.Entries))
                Clip(path, ++size);
        }

        var report = Check("faceforensics-c23");

        Assert.IsTrue(report.IsGood, string.Join('\n', report.Problems));
        Assert.HasCount(15, report.Rows, "5 kinds, 3 splits");
        Assert.AreEqual(5000, report.Found);
        Assert.AreEqual(720, Row(report, "FaceSwap", "train").Found);
        StringAssert.Contains(report.Notes.Single(), "FaceShifter");
    }

    [TestMethod]
    public void Missing_files_are_named_with_their_split()
    {
        Clip($"{Originals}/071.mp4");

        var report = Check("faceforensics-c23");

        Assert.AreEqual(new ManifestCheckRow("youtube", "train", false, "", 1, 719, 0), Row(report, "youtube", "train"));
        StringAssert.Contains(Problem(report, $"{Originals}/054.mp4").Reason, "in train by the official list");
        Assert.IsFalse(report.Problems.Any(problem => problem.Path.Contains("FaceShifter", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Unreadable_files_are_told_with_the_reason()
    {
        Clip("real/good.mp4");
        var whole = File.ReadAllBytes(_root.File("real/good.mp4"));
        File.WriteAllBytes(_root.File("real/empty.mp4"), []);
        File.WriteAllText(_root.File("real/page.mp4"), "<html>404, this video is not here any more</html>");
        File.WriteAllBytes(_root.File("real/cut.mp4"), whole[..^30]);
        File.WriteAllBytes(_root.File("real/no-index.mp4"), Box("ftyp", 8));
        File.WriteAllBytes(_root.File("real/short.avi"), [.. "RIFF"u8, 0xFF, 0xFF, 0, 0, .. "AVI "u8, 1, 2, 3]);
        Directory.CreateDirectory(_root.File("real/folder.mp4"));
        using (var picture = TestPictures.Draw(8, 8, 1))
            TestPictures.Save(picture, _root.File("fake/picture.jpg"));

        var report = Check("folder");

        StringAssert.Contains(Problem(report, "real/empty.mp4").Reason, "empty");
        StringAssert.Contains(Problem(report, "real/page.mp4").Reason, "neither a video nor a picture");
        StringAssert.Contains(Problem(report, "real/cut.mp4").Reason, "cut off");
        StringAssert.Contains(Problem(report, "real/no-index.mp4").Reason, "no index");
        StringAssert.Contains(Problem(report, "real/short.avi").Reason, "cut off");
        StringAssert.Contains(Problem(report, "real/folder.mp4").Reason, "a folder");
        Assert.AreEqual((2, 6), (report.Found, report.Count(ProblemKind.Unreadable)));
    }

    [TestMethod]
    public void Damaged_lengths_in_an_MP4_are_told_and_end_the_walk()
    {
        File.WriteAllBytes(_root.File("real/zero.mp4"), [.. Box("ftyp", 8), 0, 0, 0, 3, .. "moov"u8, 0, 0, 0, 0]);
        File.WriteAllBytes(_root.File("real/huge.mp4"), [.. Box("ftyp", 8), 0, 0, 0, 1, .. "moov"u8, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        File.WriteAllBytes(_root.File("real/negative.mp4"), [.. Box("ftyp", 8), 0, 0, 0, 1, .. "moov"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        File.WriteAllBytes(_root.File("real/to-the-end.mp4"), [.. Box("ftyp", 8), .. Box("moov", 8), 0, 0, 0, 0, .. "mdat"u8, 1, 2, 3, 4, 5, 6, 7, 8]);

        var report = Check("folder");

        StringAssert.Contains(Problem(report, "real/zero.mp4").Reason, "damaged");
        StringAssert.Contains(Problem(report, "real/huge.mp4").Reason, "cut off");
        StringAssert.Contains(Problem(report, "real/negative.mp4").Reason, "damaged");
        Assert.AreEqual(1, report.Found);
    }

    [TestMethod]
    public void Same_bytes_under_two_labels_or_in_two_splits_contradict_and_others_are_doubles()
    {
        Clip("train/real/a.mp4", 1);
        Clip("train/fake/a.mp4", 1);
        Clip("train/real/b.mp4", 2);
        Clip("test/real/b.mp4", 2);
        Clip("train/real/c.mp4", 3);
        Clip("train/real/d.mp4", 3);
        Clip("train/real/e.mp4", 4);

        var report = Check("folder");

        Assert.AreEqual((2, 1), (report.Count(ProblemKind.Contradictory), report.Count(ProblemKind.Duplicate)));
        StringAssert.Contains(Problem(report, "train/fake/a.mp4").Reason, "one is fake and one real");
        StringAssert.Contains(Problem(report, "test/real/b.mp4").Reason, "one is in test and one in train");
        StringAssert.Contains(Problem(report, "train/real/c.mp4").Reason, "train/real/d.mp4");
        Assert.IsFalse(report.IsGood);
    }

    [TestMethod]
    public void Mere_doubles_are_no_error()
    {
        Clip("real/c.mp4");
        Clip("real/d.mp4");

        var report = Check("folder");

        Assert.AreEqual(1, report.Count(ProblemKind.Duplicate));
        Assert.IsTrue(report.IsGood);
    }

    [TestMethod]
    public void Counts_that_no_list_names_are_compared_too_and_known_about_only_is_a_note()
    {
        Clip("Celeb-real/id0_0000.mp4", 1);
        Clip("Celeb-synthesis/id0_id1_0000.mp4", 2);
        Clip("YouTube-real/00000.mp4", 3);
        File.WriteAllText(_root.File("List_of_testing_videos.txt"), "1 YouTube-real/00000.mp4\n");

        var report = Check("celeb-df-v1");

        StringAssert.Contains(Problem(report, "Celeb-synthesis").Reason, "1 of 795 files");
        Assert.AreEqual(794, report.Count(ProblemKind.Missing));
        Assert.HasCount(2, report.Notes);
        CollectionAssert.AreEqual(new[] { "List_of_testing_videos.txt" }, report.Others.ToArray());
    }

    [TestMethod]
    public void Links_are_followed_once_and_a_link_to_nowhere_is_unreadable()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("links need rights there");
        Clip("data/real/a.mp4");
        Directory.CreateDirectory(_root.File("set/x"));
        Directory.CreateSymbolicLink(_root.File("set/real"), _root.File("data/real"));
        Directory.CreateSymbolicLink(_root.File("set/x/round"), _root.File("set"));
        Directory.CreateDirectory(_root.File("set/fake"));
        File.CreateSymbolicLink(_root.File("set/fake/b.mp4"), _root.File("nowhere.mp4"));
        File.CreateSymbolicLink(_root.File("set/fake/c.mp4"), _root.File("data/real/a.mp4"));

        var report = ManifestCheck.Run(Load("folder"), _root.File("set"));

        Assert.AreEqual(ProblemKind.Unreadable, Problem(report, "fake/b.mp4").Kind);
        Assert.AreEqual(ProblemKind.Contradictory, Problem(report, "fake/c.mp4").Kind, "the link shows the same bytes as the real one");
    }

    [TestMethod]
    public void Probe_has_the_last_word_on_files_that_look_whole()
    {
        Clip("real/a.mp4", 1);
        Clip("fake/b.mp4", 2);
        var asked = 0;

        var report = ManifestCheck.Run(Load("folder"), _root.Path, path => ++asked > 0 && path.EndsWith("b.mp4", StringComparison.Ordinal) ? "no frame" : null);

        Assert.AreEqual(2, asked);
        Assert.AreEqual("no frame", Problem(report, "fake/b.mp4").Reason);
    }

    [TestMethod]
    public void Cancelled_check_stops()
    {
        Clip("real/a.mp4");

        Assert.ThrowsExactly<OperationCanceledException>(() => ManifestCheck.Run(Load("folder"), _root.Path, cancellation: new CancellationToken(true)));
    }

    /// <summary>A file with the boxes of an MP4 and a number in place of frames.</summary>
    private void Clip(string path, int? number = null)
        => File.WriteAllBytes(_root.File(path), [.. Box("ftyp", 8), .. Box("moov", 20), .. Box("mdat", 40 + (number ?? 0))]);

    private static byte[] Box(string name, int bytes)
    {
        var box = new byte[8 + bytes];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        System.Text.Encoding.ASCII.GetBytes(name).CopyTo(box, 4);
        return box;
    }

    private ManifestCheckReport Check(string manifest) => ManifestCheck.Run(Load(manifest), _root.Path);

    private static DataManifest Load(string name) => DataManifest.Load(ShippedManifests.Find(name, ShippedManifests.DataFolder));

    private static ManifestCheckRow Row(ManifestCheckReport report, string name, string split) => report.Rows.Single(row => row.Name == name && row.Split == split);

    private static ManifestProblem Problem(ManifestCheckReport report, string path) => report.Problems.Single(problem => problem.Path == path);
}
