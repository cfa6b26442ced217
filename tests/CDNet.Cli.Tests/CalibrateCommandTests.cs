namespace CDNet.Cli.Tests;

[TestClass]
public sealed class CalibrateCommandTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Model_gets_a_threshold_for_the_wanted_false_alarms_and_both_pictures_are_drawn()
    {
        var target = _folder.File("calibrated.zip");

        var (code, json, errors) = Cdnet.RunJson(
            "calibrate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--out", target, "--max-false-alarms", "0.2", "--charts", _folder.File("charts"), "--json");

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(20, json.GetProperty("pictures").GetInt32());
        Assert.IsFalse(json.GetProperty("tellsFamiliarity").GetBoolean(), "20 faces are too few");
        Assert.IsLessThanOrEqualTo(0.2, json.GetProperty("falseAlarms").GetDouble());
        foreach (var name in new[] { "roc.png", "reliability.png" })
        {
            using var picture = Microsoft.ML.Data.MLImage.CreateFromFile(_folder.File($"charts/{name}"));
            Assert.AreEqual((700, 700), (picture.Width, picture.Height), name);
        }
        var (_, facts, _) = Cdnet.RunJson("models", "show", target, "--json");
        Assert.AreEqual(json.GetProperty("threshold").GetSingle(), facts.GetProperty("threshold").GetSingle());
        var (_, scores, _) = Cdnet.RunJson("score", Cdnet.Data, "--model", target, "--json");
        var verdicts = scores.GetProperty("rows").EnumerateArray().ToArray();
        Assert.HasCount(20, verdicts);
        foreach (var row in verdicts)
        {
            var isAbove = row.GetProperty("score").GetSingle() > json.GetProperty("threshold").GetSingle();
            Assert.AreEqual(isAbove ? "fake" : "real", row.GetProperty("verdict").GetString());
        }
    }

    [TestMethod]
    public void Calibrated_on_enough_faces_a_model_says_which_are_unlike_those()
    {
        // Faces as they were drawn for the training, and a square so large that the detector takes it for two.
        Directory.CreateDirectory(_folder.File("known"));
        TestPictures.WriteLabeledSet(_folder.File("known"), 100, firstSeed: 500);
        using (var face = TestPictures.Draw(128, 128, 6, (60, 64, 30)))
            TestPictures.Save(face, _folder.File("other.png"));
        var target = _folder.File("calibrated.zip");

        var (code, output, errors) = Cdnet.Run("calibrate", "--model", Cdnet.Model, "--data", _folder.File("known"), "--out", target);

        Assert.AreEqual(0, code, errors);
        StringAssert.Matches(output, new(@"Tells faces unlike these\s+│\s+yes"));
        Assert.IsTrue(Cdnet.RunJson("models", "show", target, "--json").Json.GetProperty("familiarity").GetBoolean());
        Assert.IsFalse(Cdnet.RunJson("models", "show", Cdnet.Model, "--json").Json.GetProperty("familiarity").GetBoolean());
        var evaluated = Cdnet.RunJson("evaluate", "--model", target, "--data", Cdnet.Data, "--json").Json;
        Assert.IsLessThanOrEqualTo(2, evaluated.GetProperty("unfamiliar").GetInt32(), "about one in a hundred, here of 20");
        Assert.AreEqual(System.Text.Json.JsonValueKind.Null, Cdnet.RunJson("evaluate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--json").Json.GetProperty("unfamiliar").ValueKind);
        var scored = Cdnet.RunJson("score", _folder.File("other.png"), "--model", target, "--json").Json;
        Assert.AreEqual((2, 0.0), (scored.GetProperty("unfamiliar").GetInt32(), scored.GetProperty("rows")[0].GetProperty("familiarity").GetDouble()));
        var table = Cdnet.Run("score", _folder.File("other.png"), "--model", target).Output;
        StringAssert.Matches(table, new(@"(real|fake), unfamiliar"));
        StringAssert.Contains(table, "Unfamiliar faces: 2, unlike the faces that the model was calibrated on");
    }

    [TestMethod]
    public void Share_that_is_none_is_refused()
        => Cdnet.AssertRefuses(["calibrate", "--model", Cdnet.Model, "--data", Cdnet.Data, "--out", _folder.File("out.zip"), "--max-false-alarms", "5"], "--max-false-alarms is 5", "0 to 1");

    [TestMethod]
    public void Model_that_is_none_is_refused_and_nothing_is_written()
    {
        File.WriteAllText(_folder.File("model.zip"), "no model");

        Cdnet.AssertRefuses(["calibrate", "--model", _folder.File("model.zip"), "--data", Cdnet.Data, "--out", _folder.File("out.zip")], "model.zip", "no model");
        Assert.IsFalse(File.Exists(_folder.File("out.zip")));
    }
}
