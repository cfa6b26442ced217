using CDNet.MLNet.Data;
using CDNet.MLNet.Data.Manifests;

namespace CDNet.MLNet.Tests.Data.Manifests;

/// <summary>The manifests as they are shipped: official counts, and what their rules read from paths written by hand.</summary>
[TestClass]
public sealed class ShippedManifestTests
{
    private static readonly string[] FaceForensics = ["faceforensics-c23", "faceforensics-c40", "faceforensics-raw"];
    private readonly TempFolder _root = new();

    [TestCleanup]
    public void RemoveFolder() => _root.Dispose();

    [TestMethod]
    public void All_are_read_are_named_like_their_files_and_say_how_to_get_the_data()
    {
        var names = ShippedManifests.Names(ShippedManifests.DataFolder);

        Assert.IsGreaterThanOrEqualTo(9, names.Count);
        foreach (var name in names)
        {
            var manifest = Load(name);
            Assert.AreEqual(name, manifest.Name);
            Assert.IsFalse(string.IsNullOrWhiteSpace(manifest.Access.Request), name);
            Assert.IsFalse(string.IsNullOrWhiteSpace(manifest.Access.Terms), name);
        }
    }

    [TestMethod]
    public void FaceForensics_has_the_official_720_140_140_and_each_pair_on_one_side()
    {
        foreach (var name in FaceForensics)
        {
            var entries = Load(name).Lists!.Entries;

            Assert.HasCount(1000, entries);
            CollectionAssert.AreEquivalent(Enumerable.Range(0, 1000).Select(id => $"{id:000}").ToArray(), entries.Keys.ToArray());
            Assert.AreEqual((720, 140, 140), (Count(entries, "train"), Count(entries, "val"), Count(entries, "test")));
            Assert.IsTrue(entries.Values.All(entry => entry.Members.Count == 2));
        }
    }

    [TestMethod]
    public void The_three_of_FaceForensics_differ_in_the_compression_only()
    {
        string Neutral(string name)
        {
            var compression = name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..];
            var lines = File.ReadAllLines(Load(name).FilePath).Where(line => !line.StartsWith("  \"title\"", StringComparison.Ordinal));
            return string.Join('\n', lines).Replace($"/{compression}/", "/*/", StringComparison.Ordinal).Replace(name, "*", StringComparison.Ordinal);
        }

        Assert.AreEqual(Neutral("faceforensics-c23"), Neutral("faceforensics-c40"));
        Assert.AreEqual(Neutral("faceforensics-c23"), Neutral("faceforensics-raw"));
    }

    [TestMethod]
    public void Celeb_DF_v2_has_the_official_518_for_testing_178_of_them_real()
    {
        var entries = Load("celeb-df-v2").Lists!.Entries;

        Assert.HasCount(518, entries);
        Assert.AreEqual(178, entries.Values.Count(entry => entry.IsFake == false));
        Assert.AreEqual(340, entries.Values.Count(entry => entry.IsFake == true));
        Assert.IsTrue(entries.All(entry => entry.Value.IsFake == entry.Key.StartsWith("Celeb-synthesis/", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Split_lists_are_those_of_the_owners()
    {
        var splits = SharedData.Require("splits");
        var faceForensics = Load("faceforensics-c23").Lists!.Entries;
        foreach (var split in new[] { "train", "val", "test" })
        {
            var pairs = System.Text.Json.JsonSerializer.Deserialize<string[][]>(File.ReadAllText(Path.Combine(splits, $"ff++-{split}.json")))!;
            foreach (var pair in pairs)
                Assert.IsTrue(pair.All(id => faceForensics[id].Split == split && pair.Order().SequenceEqual(faceForensics[id].Members.Order())), $"{pair[0]}_{pair[1]}");
        }
        var celeb = Load("celeb-df-v2").Lists!.Entries;
        foreach (var line in File.ReadLines(Path.Combine(splits, "celeb-df-v2-test.txt")).Select(line => line.Split(' ')))
            Assert.AreEqual(line[0] == "0", celeb[line[1]].IsFake, line[1]);
    }

    // 071 and 054 are a pair of the training list, 720 and 672 one of validation, 953 and 974 one of the test.
    [TestMethod]
    [DataRow("original_sequences/youtube/c23/videos/071.mp4", "real", "", "train", "054_071")]
    [DataRow("original_sequences/youtube/c23/videos/054.mp4", "real", "", "train", "054_071")]
    [DataRow("manipulated_sequences/Deepfakes/c23/videos/071_054.mp4", "fake", "Deepfakes", "train", "054_071")]
    [DataRow("manipulated_sequences/Face2Face/c23/videos/054_071.mp4", "fake", "Face2Face", "train", "054_071")]
    [DataRow("manipulated_sequences/FaceSwap/c23/videos/720_672.mp4", "fake", "FaceSwap", "val", "672_720")]
    [DataRow("manipulated_sequences/NeuralTextures/c23/videos/953_974.mp4", "fake", "NeuralTextures", "test", "953_974")]
    [DataRow("manipulated_sequences/FaceShifter/c23/videos/974_953.mp4", "fake", "FaceShifter", "test", "953_974")]
    public void FaceForensics_c23_reads_paths(string path, string label, string method, string split, string source)
        => AssertReads("faceforensics-c23", path, label, method, split, source);

    [TestMethod]
    [DataRow("faceforensics-c40", "manipulated_sequences/Deepfakes/c40/videos/071_054.mp4")]
    [DataRow("faceforensics-raw", "manipulated_sequences/Deepfakes/raw/videos/071_054.mp4")]
    public void FaceForensics_of_other_compressions_reads_paths(string manifest, string path)
        => AssertReads(manifest, path, "fake", "Deepfakes", "train", "054_071");

    [TestMethod]
    [DataRow("original_sequences/actors/c23/videos/01__exit_phone_room.mp4", "real", "", "", "actor01")]
    [DataRow("manipulated_sequences/DeepFakeDetection/c23/videos/01_20__outside_talking_still_laughing__YVGY8LOK.mp4", "fake", "DeepFakeDetection", "", "actor01")]
    public void DeepFakeDetection_reads_paths(string path, string label, string method, string split, string source)
        => AssertReads("deepfakedetection-c23", path, label, method, split, source);

    [TestMethod]
    [DataRow("YouTube-real/00170.mp4", "real", "", "test", "YouTube-real/00170.mp4")]
    [DataRow("YouTube-real/00000.mp4", "real", "", "train", "YouTube-real/00000.mp4")]
    [DataRow("Celeb-real/id1_0007.mp4", "real", "", "test", "id1")]
    [DataRow("Celeb-real/id1_0000.mp4", "real", "", "train", "id1")]
    [DataRow("Celeb-synthesis/id1_id0_0007.mp4", "fake", "Celeb-DF", "test", "id1")]
    [DataRow("Celeb-synthesis/id0_id16_0000.mp4", "fake", "Celeb-DF", "train", "id0")]
    public void Celeb_DF_v2_reads_paths(string path, string label, string method, string split, string source)
        => AssertReads("celeb-df-v2", path, label, method, split, source);

    [TestMethod]
    public void Celeb_DF_v1_takes_the_test_list_of_the_download()
    {
        File.WriteAllText(_root.File("List_of_testing_videos.txt"), "1 Celeb-real/id0_0001.mp4\n0 Celeb-synthesis/id0_id1_0001.mp4\n\n");
        Touch("Celeb-real/id0_0001.mp4", "Celeb-real/id0_0002.mp4", "Celeb-synthesis/id0_id1_0001.mp4", "Celeb-synthesis/id0_id1_0002.mp4", "YouTube-real/00001.mp4");

        var pictures = PictureSet.FromManifest(Load("celeb-df-v1"), _root.Path).Pictures;

        CollectionAssert.AreEqual(new[] { "test", "train", "test", "train", "train" }, pictures.Select(picture => picture.Split).ToArray());
        CollectionAssert.AreEqual(new[] { false, false, true, true, false }, pictures.Select(picture => picture.IsFake).ToArray());
    }

    [TestMethod]
    public void Celeb_DF_v1_without_its_test_list_is_refused_instead_of_training_on_it()
    {
        Touch("Celeb-real/id0_0001.mp4");

        var error = Assert.ThrowsExactly<FileNotFoundException>(() => PictureSet.FromManifest(Load("celeb-df-v1"), _root.Path));

        StringAssert.Contains(error.Message, "List_of_testing_videos.txt");
    }

    [TestMethod]
    public void Dfdc_takes_labels_and_originals_from_the_metadata_of_each_part()
    {
        File.WriteAllText(
            _root.File("dfdc_train_part_0/metadata.json"),
            """{"aaa.mp4": {"label": "FAKE", "split": "train", "original": "ccc.mp4"}, "ccc.mp4": {"label": "REAL", "split": "train"}, "gone.mp4": {"label": "REAL", "split": "train"}}""");
        File.WriteAllText(_root.File("dfdc_train_part_1/dfdc_train_part_1/metadata.json"), """{"ddd.mp4": {"label": "FAKE", "split": "train", "original": null}}""");
        File.WriteAllText(_root.File("test/labels.csv"), "filename,label\neee.mp4,1\nfff.mp4,0\n");
        Touch(
            "dfdc_train_part_0/aaa.mp4", "dfdc_train_part_0/ccc.mp4", "dfdc_train_part_0/extra.mp4", "dfdc_train_part_1/dfdc_train_part_1/ddd.mp4",
            "dfdc_train_part_2/zzz.mp4", "test/videos/eee.mp4", "test/videos/fff.mp4");

        var set = PictureSet.FromManifest(Load("dfdc"), _root.Path);

        CollectionAssert.AreEqual(
            new[] { ("aaa.mp4", true, "train", "ccc.mp4"), ("ccc.mp4", false, "train", "ccc.mp4"), ("ddd.mp4", true, "train", "ddd.mp4"), ("eee.mp4", true, "test", ""), ("fff.mp4", false, "test", "") },
            set.Pictures.Select(picture => (Path.GetFileName(picture.Path), picture.IsFake, picture.Split, picture.Split == "test" ? "" : picture.SourceVideo)).ToArray());
        AssertSkipped(set, "dfdc_train_part_0/extra.mp4", "does not list");
        AssertSkipped(set, "gone.mp4", "not there");
        AssertSkipped(set, "dfdc_train_part_2/metadata.json", "1 files are left out");
    }

    [TestMethod]
    public void Folder_reads_labels_and_splits_from_the_path()
    {
        Touch("train/real/a.mp4", "val/fake/deeper/b.JPG", "fake/c.webm", "real/notes.txt", "other/d.mp4");

        var pictures = PictureSet.FromManifest(Load("folder"), _root.Path).Pictures;

        CollectionAssert.AreEqual(
            new[] { ("fake/c.webm", true, ""), ("train/real/a.mp4", false, "train"), ("val/fake/deeper/b.JPG", true, "val") },
            pictures.Select(picture => (picture.Video, picture.IsFake, picture.Split)).ToArray());
    }

    [TestMethod]
    public void Csv_says_what_belongs_to_the_data_and_all_about_it()
    {
        File.WriteAllText(_root.File("list.csv"), "path,label,split,source_video,video,method\nclips/a.mp4,fake,test,s1,v1,FaceSwap\nclips/b.mp4,real,train,,,\nclips/gone.mp4,real,train,,,\n");
        Touch("clips/a.mp4", "clips/b.mp4", "clips/not-listed.mp4");

        var set = PictureSet.FromManifest(Load("csv"), _root.Path);

        Assert.AreEqual(new LabeledPicture(Path.Combine(_root.Path, "clips/a.mp4"), true, "test", "s1", "v1", "FaceSwap"), set.Pictures[0]);
        Assert.AreEqual(new LabeledPicture(Path.Combine(_root.Path, "clips/b.mp4"), false, "train", "clips/b.mp4", "clips/b.mp4"), set.Pictures[1]);
        Assert.HasCount(2, set.Pictures);
        AssertSkipped(set, "clips/gone.mp4", "not there");
    }

    private void AssertReads(string manifest, string path, string label, string method, string split, string source)
    {
        Touch(path);

        var picture = PictureSet.FromManifest(Load(manifest), _root.Path).Pictures.Single();

        Assert.AreEqual(new LabeledPicture(Path.Combine(_root.Path, path), label == "fake", split, source, path, method), picture);
    }

    private static void AssertSkipped(PictureSet set, string item, string reason)
        => StringAssert.Contains(set.Skipped.Single(skipped => skipped.Item == item).Reason, reason);

    private static int Count(IReadOnlyDictionary<string, SplitEntry> entries, string split) => entries.Values.Count(entry => entry.Split == split);

    private static DataManifest Load(string name) => DataManifest.Load(ShippedManifests.Find(name, ShippedManifests.DataFolder));

    private void Touch(params string[] names)
    {
        foreach (var name in names)
            File.WriteAllText(_root.File(name), "");
    }
}
