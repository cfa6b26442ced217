namespace CDNet.Cli.Tests;

[TestClass]
public sealed class DataCommandTests
{
    private readonly TempFolder _root = new();

    [TestCleanup]
    public void RemoveFolder() => _root.Dispose();

    [TestMethod]
    public void Check_prints_one_document_with_rows_and_problems_and_ends_with_1()
    {
        File.WriteAllText(_root.File("manipulated_sequences/Deepfakes/c23/videos/071_054.mp4"), "");

        var (code, json, errors) = Cdnet.RunJson("data", "check", _root.Path, "--manifest", "faceforensics-c23", "--json");

        Assert.AreEqual(1, code, errors);
        Assert.AreEqual((0, 1, 4999), (json.GetProperty("found").GetInt32(), json.GetProperty("unreadable").GetInt32(), json.GetProperty("missing").GetInt32()));
        var row = json.GetProperty("rows").EnumerateArray().Single(row => row.GetProperty("name").GetString() == "Deepfakes" && row.GetProperty("split").GetString() == "train");
        Assert.AreEqual((719, 1, "fake", "Deepfakes"), (row.GetProperty("missing").GetInt32(), row.GetProperty("unreadable").GetInt32(), row.GetProperty("label").GetString(), row.GetProperty("method").GetString()));
        var problem = json.GetProperty("problems").EnumerateArray().Single(problem => problem.GetProperty("kind").GetString() == "unreadable");
        StringAssert.Contains(problem.GetProperty("reason").GetString(), "empty");
    }

    [TestMethod]
    public void Good_pictures_end_with_0_and_probe_decodes_them()
    {
        using (var drawn = TestPictures.Draw(16, 16, 1))
            TestPictures.Save(drawn, _root.File("real/a.png"));
        using (var drawn = TestPictures.Draw(16, 16, 2))
            TestPictures.Save(drawn, _root.File("fake/b.png"));

        var (code, output, errors) = Cdnet.Run("data", "check", _root.Path, "--manifest", "folder", "--probe");
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "2 found");

        File.WriteAllBytes(_root.File("fake/b.png"), File.ReadAllBytes(_root.File("fake/b.png"))[..60]);
        (code, _, errors) = Cdnet.Run("data", "check", _root.Path, "--manifest", "folder", "--probe");
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, "fake/b.png");
    }

    [TestMethod]
    public void Wrong_folder_and_wrong_name_are_refused_with_what_to_do()
    {
        File.WriteAllText(_root.File("holiday.mp4"), "x");

        Cdnet.AssertRefuses(["data", "check", _root.Path, "--manifest", "celeb-df-v2"], "Celeb-real/", "holiday.mp4", "forms.gle");
        Cdnet.AssertRefuses(["data", "check", _root.File("nowhere"), "--manifest", "celeb-df-v2"], "no such folder");
        Cdnet.AssertRefuses(["data", "check", _root.Path, "--manifest", "celeb"], "Shipped are", "celeb-df-v2");
    }

    [TestMethod]
    public void Self_blend_writes_a_set_and_names_what_it_cannot_read()
    {
        File.Copy(Path.Combine(ChildProcess.Repository, "docs", "pictures", "astronaut.jpg"), _root.File("people/astronaut.jpg"));
        File.WriteAllText(_root.File("people/broken.jpg"), "no picture");

        var (code, output, errors) = Cdnet.Run("data", "self-blend", _root.File("people"), "--out", _root.File("set"), "--seed", "3");

        Assert.AreEqual(1, code, errors);
        Assert.AreEqual("", output);
        StringAssert.Contains(errors, "broken.jpg");
        StringAssert.Contains(errors, "1 real pictures and a fake of each; 0 have no face, 1 cannot be read.");
        Assert.IsTrue(File.Exists(_root.File("set/fake/000000-astronaut.jpg")));
        Cdnet.AssertRefuses(["data", "self-blend", _root.File("people"), "--out", _root.File("set")], "set", "name a new one");
        Cdnet.AssertRefuses(["data", "self-blend", _root.File("nowhere"), "--out", _root.File("other")], "nowhere: no such folder");
    }

    [TestMethod]
    public void Frames_of_a_clip_become_pictures_and_what_is_no_video_is_named()
    {
        var clip = SharedData.Require("videos/004.mp4");
        File.WriteAllText(_root.File("text.mp4"), "no video");

        var (code, output, errors) = Cdnet.Run("data", "frames", clip, _root.File("text.mp4"), "--out", _root.File("frames"), "--frames", "3");

        Assert.AreEqual(1, code, errors);
        Assert.AreEqual("", output);
        StringAssert.Contains(errors, "text.mp4");
        StringAssert.Contains(errors, "3 frames of 2 videos; 1 cannot be read to their end.");
        Assert.HasCount(3, Directory.GetFiles(_root.File("frames/004"), "frame-*.png"));
        Cdnet.AssertRefuses(["data", "frames", clip, "--out", _root.File("frames")], "004", "name another folder");
    }

    [TestMethod]
    public void Frames_of_an_empty_folder_or_none_of_a_video_are_refused()
    {
        Directory.CreateDirectory(_root.File("empty"));

        var (code, _, errors) = Cdnet.Run("data", "frames", _root.File("empty"), "--out", _root.File("frames"));

        Assert.AreEqual(1, code, errors);
        StringAssert.Contains(errors, "no videos");
        Cdnet.AssertRefuses(["data", "frames", "clip.mp4", "--out", _root.File("frames"), "--frames", "0"], "--frames is 0");
    }

    [TestMethod]
    public void List_tells_how_to_get_each_data_set()
    {
        var (code, json, errors) = Cdnet.RunJson("data", "list", "--json");

        Assert.AreEqual(0, code, errors);
        Assert.IsTrue(json.EnumerateArray().Any(set => set.GetProperty("name").GetString() == "dfdc" && set.GetProperty("access").GetProperty("request").GetString()!.Contains("https://", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Evaluate_takes_labels_and_splits_of_a_manifest()
    {
        File.WriteAllText(
            _root.File("m.json"),
            """
            {"name": "m", "title": "M", "access": {"page": "-", "request": "-", "terms": "-"}, "rules": [
              {"name": "half", "pattern": "(?<label>real|fake)/0[01]\\d\\.png", "label": "${label}", "split": "test"}]}
            """);

        var (code, json, errors) = Cdnet.RunJson("evaluate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--manifest", _root.File("m.json"), "--json");

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(20, json.GetProperty("rows").GetInt32());
        Cdnet.AssertRefuses(["evaluate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--manifest", _root.File("m.json"), "--split", "val"], "no split val");
    }

    [TestMethod]
    public void Train_says_that_videos_must_be_prepared_first()
    {
        File.WriteAllText(_root.File("real/a.mp4"), "x");

        Cdnet.AssertRefuses(
            ["train", "--data", _root.Path, "--manifest", "folder", "--out", _root.File("m.zip"), "--detector", Cdnet.Detector], "1 of the 1 files are videos", "cdnet prepare");
    }
}
