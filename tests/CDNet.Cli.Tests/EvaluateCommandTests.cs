namespace CDNet.Cli.Tests;

[TestClass]
public sealed class EvaluateCommandTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Json_has_every_metric_and_every_count()
    {
        var (code, json, errors) = Cdnet.RunJson("evaluate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--json");

        Assert.AreEqual(0, code, errors);
        foreach (var metric in new[] { "frameAuc", "videoAuc", "accuracy", "eer", "averagePrecision" })
            Assert.IsTrue(json.GetProperty(metric).GetDouble() is >= 0 and <= 1, metric);
        Assert.AreEqual((20, 0, 0), (json.GetProperty("rows").GetInt32(), json.GetProperty("noFace").GetInt32(), json.GetProperty("failed").GetInt32()));
        Assert.AreEqual(json.GetProperty("frameAuc").GetDouble(), json.GetProperty("videoAuc").GetDouble(), 1e-9, "each picture is a video of its own");
    }

    [TestMethod]
    public void Json_goes_to_a_file_where_one_is_named()
    {
        var (code, output, _) = Cdnet.Run("evaluate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--json", _folder.File("out.json"));

        Assert.AreEqual(0, code);
        StringAssert.Contains(output, "Frame AUC");
        StringAssert.Contains(File.ReadAllText(_folder.File("out.json")), "\"frameAuc\"");
    }

    [TestMethod]
    public void Pictures_without_a_face_and_missing_ones_are_counted_and_named()
    {
        using var drawn = TestPictures.Draw(128, 128, 6);
        TestPictures.Save(drawn, _folder.File("none.png"));
        var lines = Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).Select(path => $"{path},{(path.Contains("fake", StringComparison.Ordinal) ? "fake" : "real")},clip");
        File.WriteAllLines(_folder.File("list.csv"), ["path,label,video", .. lines, "none.png,real,", "missing.png,fake,"]);

        var (code, json, errors) = Cdnet.RunJson("evaluate", "--model", Cdnet.Model, "--data", _folder.File("list.csv"), "--json");

        Assert.AreEqual(1, code, errors);
        Assert.AreEqual((22, 1, 1), (json.GetProperty("rows").GetInt32(), json.GetProperty("noFace").GetInt32(), json.GetProperty("failed").GetInt32()));
        Assert.AreEqual(2, json.GetProperty("videos").GetInt32(), "one video of each class");
        StringAssert.Contains(json.GetProperty("failures")[0].GetProperty("reason").GetString(), "missing.png");
    }

    [TestMethod]
    public void Pictures_are_made_worse_before_they_are_scored()
    {
        double Auc(params string[] options)
        {
            var (code, json, errors) = Cdnet.RunJson(["evaluate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--json", .. options]);
            Assert.AreEqual(0, code, errors);
            Assert.AreEqual(20, json.GetProperty("scored").GetInt32());
            return json.GetProperty("averagePrecision").GetDouble();
        }

        Assert.AreEqual(Auc(), Auc("--scale", "1"), "nothing is changed");
        Assert.IsTrue(Auc("--looks", "3") is >= 0 and <= 1);
        Cdnet.AssertRefuses(["evaluate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--precision", "int8"], Cdnet.Model, "not made ready for 8 bits");
        Assert.IsTrue(Auc("--scale", "0.75", "--jpeg-quality", "90") is >= 0 and <= 1);
        Cdnet.AssertRefuses(["evaluate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--looks", "5"], "--looks", "1 to 4");
        Cdnet.AssertRefuses(["evaluate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--jpeg-quality", "101"], "JpegQuality", "101", "1 to 100");
    }

    [TestMethod]
    public void One_class_is_refused()
    {
        File.Copy(Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).First(), _folder.File("real/a.png"));

        var (code, _, errors) = Cdnet.Run("evaluate", "--model", Cdnet.Model, "--data", _folder.Path);

        Assert.AreEqual(2, code);
        StringAssert.Contains(errors, "both classes are needed");
    }

    [TestMethod]
    public void Split_that_is_not_there_is_refused()
    {
        File.Copy(Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).First(), _folder.File("train/real/a.png"));

        Cdnet.AssertRefuses(["evaluate", "--model", Cdnet.Model, "--data", _folder.Path], "no split test");
    }
}
