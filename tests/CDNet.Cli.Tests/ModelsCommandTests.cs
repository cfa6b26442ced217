namespace CDNet.Cli.Tests;

[TestClass]
public sealed class ModelsCommandTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Show_tells_what_a_model_consists_of_and_how_it_was_trained()
    {
        var (code, json, errors) = Cdnet.RunJson("models", "show", Cdnet.Model, "--json");

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual("marker.onnx", json.GetProperty("detector").GetString());
        Assert.AreEqual(200, json.GetProperty("features").GetInt32());
        Assert.AreEqual(20, json.GetProperty("training").GetProperty("trainingRows").GetInt32() + json.GetProperty("training").GetProperty("validationRows").GetInt32());
    }

    [TestMethod]
    public void Model_that_comes_with_the_program_tells_about_itself()
    {
        var (code, json, errors) = Cdnet.RunJson("models", "show", "default", "--json");

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual("default", json.GetProperty("path").GetString());
        Assert.AreEqual("cdnet-blazeface.onnx", json.GetProperty("detector").GetString());
        Assert.AreEqual("sam", json.GetProperty("network").GetString());
        Assert.IsLessThan(4_000_000, json.GetProperty("bytes").GetInt64());
    }

    [TestMethod]
    public void Refit_fits_to_pictures_without_a_split_and_holds_some_out()
    {
        var target = _folder.File("refit.zip");

        var (code, _, errors) = Cdnet.Run("models", "refit", Cdnet.Model, "--data", Cdnet.Data, "--degraded", "0", "--out", target);

        Assert.AreEqual(0, code, errors);
        // After the last picture the fit itself takes minutes where there are many: said at once.
        StringAssert.Contains(errors, "20/20, now solving");
        StringAssert.Contains(errors, "fitted to 9 real and 9 fake faces");
        StringAssert.Contains(errors, "AUC of 2 validation faces");
        Assert.AreEqual(200, Cdnet.RunJson("models", "show", target, "--json").Json.GetProperty("features").GetInt32());
    }

    [TestMethod]
    public void Refit_with_a_shrinkage_holds_nothing_out()
    {
        var (code, _, errors) = Cdnet.Run("models", "refit", Cdnet.Model, "--data", Cdnet.Data, "--shrinkage", "2", "--out", _folder.File("refit.zip"));

        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "fitted to 10 real and 10 fake faces with shrinkage 2");
    }

    [TestMethod]
    [DataRow("--shrinkage", "0")]
    [DataRow("--degraded", "2")]
    public void Refit_refuses_options_out_of_range_by_name(string option, string value)
    {
        var (code, _, errors) = Cdnet.Run("models", "refit", Cdnet.Model, "--data", Cdnet.Data, option, value, "--out", _folder.File("never.zip"));

        Assert.AreEqual(2, code);
        StringAssert.Contains(errors, value);
    }

    [TestMethod]
    public void Quantize_makes_a_model_ready_for_8_bits()
    {
        var target = _folder.File("ready.zip");

        var (code, _, errors) = Cdnet.Run("models", "quantize", Cdnet.Model, "--data", Cdnet.Data, "--out", target);

        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(errors, "measured on 20 faces");
        Assert.IsFalse(Cdnet.RunJson("models", "show", Cdnet.Model, "--json").Json.GetProperty("int8").GetBoolean());
        Assert.IsTrue(Cdnet.RunJson("models", "show", target, "--json").Json.GetProperty("int8").GetBoolean());
        Assert.AreEqual(0, Cdnet.Run("evaluate", "--model", target, "--data", Cdnet.Data, "--precision", "int8").Code);
    }

    [TestMethod]
    public void Target_that_is_a_folder_is_refused_before_the_work()
    {
        var folder = Directory.CreateDirectory(_folder.File("taken.zip")).FullName;

        Cdnet.AssertRefuses(["models", "quantize", Cdnet.Model, "--data", Cdnet.Data, "--out", folder], $"--out is {folder}, which is a folder; name a file.");
    }

    [TestMethod]
    public void Compact_halves_the_file()
    {
        var target = _folder.File("new/half.zip");

        var (code, _, errors) = Cdnet.Run("models", "compact", Cdnet.Model, "--out", target);

        Assert.AreEqual(0, code, errors);
        Assert.IsLessThan(0.6 * new FileInfo(Cdnet.Model).Length, new FileInfo(target).Length);
        Cdnet.AssertRefuses(["models", "compact", _folder.File("none.zip"), "--out", target], "none.zip: no such model file");
    }

    [TestMethod]
    public void Average_is_a_model_of_the_same_network_and_wants_two()
    {
        var target = _folder.File("mean.zip");

        var (code, _, errors) = Cdnet.Run("models", "average", Cdnet.Model, Cdnet.Model, "--out", target);

        Assert.AreEqual(0, code, errors);
        var (_, mean, _) = Cdnet.RunJson("models", "show", target, "--json");
        Assert.AreEqual("right", mean.GetProperty("checksums").GetString());
        Cdnet.AssertRefuses(["models", "average", Cdnet.Model, "default", "--out", target], "default: its last layer reads more", "widen all or none");
        var wide = _folder.File("wide.zip");
        Assert.AreEqual(0, Cdnet.Run("models", "widen", Cdnet.Model, "--out", wide).Code);
        Cdnet.AssertRefuses(["models", "average", wide, "default", "--out", target], "default: it was not trained from the same weights");
        Cdnet.AssertRefuses(["models", "average", Cdnet.Model, "--out", target], "MODEL");
    }

    [TestMethod]
    public void Set_score_changes_the_scores_and_keeps_the_verdicts()
    {
        var target = _folder.File("difference.zip");

        Assert.AreEqual(0, Cdnet.Run("models", "set-score", Cdnet.Model, "--form", "Difference", "--out", target).Code);

        var photos = Directory.GetFiles(Path.Combine(Cdnet.Data, "real")).Take(3).ToArray();
        var (_, before, _) = Cdnet.RunJson(["score", .. photos, "--model", Cdnet.Model, "--json"]);
        var (_, after, _) = Cdnet.RunJson(["score", .. photos, "--model", target, "--json"]);
        Assert.AreNotEqual(before.ToString(), after.ToString());
        Assert.AreEqual(before.GetProperty("fake").GetInt32(), after.GetProperty("fake").GetInt32());
    }

    [TestMethod]
    public void Widen_keeps_the_scores_and_is_done_once()
    {
        var target = _folder.File("wide.zip");

        Assert.AreEqual(0, Cdnet.Run("models", "widen", Cdnet.Model, "--out", target).Code);

        var (_, facts, _) = Cdnet.RunJson("models", "show", target, "--json");
        Assert.IsTrue(facts.GetProperty("wide").GetBoolean());
        var photos = Directory.GetFiles(Path.Combine(Cdnet.Data, "real")).Take(2).ToArray();
        string Scores(string model) => string.Join(" ", Cdnet.RunJson(["score", .. photos, "--model", model, "--json"]).Json.GetProperty("rows").EnumerateArray().Select(face => face.GetProperty("score").GetDouble()));
        Assert.AreEqual(Scores(Cdnet.Model), Scores(target));
        Cdnet.AssertRefuses(["models", "widen", target, "--out", _folder.File("again.zip")], "wide.zip", "reads every block already");
    }

    [TestMethod]
    public void Set_detector_changes_the_detector_and_nothing_else()
    {
        var target = _folder.File("other.zip");

        var (code, _, errors) = Cdnet.Run("models", "set-detector", Cdnet.Model, "--detector", "default", "--out", target);

        Assert.AreEqual(0, code, errors);
        var (_, before, _) = Cdnet.RunJson("models", "show", Cdnet.Model, "--json");
        var (_, after, _) = Cdnet.RunJson("models", "show", target, "--json");
        Assert.AreEqual("cdnet-blazeface.onnx", after.GetProperty("detector").GetString());
        foreach (var name in new[] { "minConfidence", "growAbove", "partHalfSide", "centresSquaredDistance", "networkNumbers" })
            Assert.AreEqual(before.GetProperty(name).GetDouble(), after.GetProperty(name).GetDouble(), name);
        // The drawn pictures are faces for the other detector only, nearly all of them.
        var (_, scores, _) = Cdnet.RunJson("score", Cdnet.Data, "--model", target, "--json");
        Assert.IsGreaterThan(10, scores.GetProperty("noFace").GetInt32());
        Assert.AreEqual(0, Cdnet.Run("models", "set-detector", Cdnet.Model, "--min-confidence", "0.9", "--second-look", "0", "--tile-side", "256", "--out", target).Code);
        var (_, strict, _) = Cdnet.RunJson("models", "show", target, "--json");
        Assert.AreEqual((0.9f, 0f, 256), (strict.GetProperty("minConfidence").GetSingle(), strict.GetProperty("secondLook").GetSingle(), strict.GetProperty("tileSide").GetInt32()));
        Assert.AreEqual(before.GetProperty("detector").GetString(), strict.GetProperty("detector").GetString());
        Cdnet.AssertRefuses(["models", "set-detector", Cdnet.Model, "--out", target], "Nothing to change", "--tile-side");
        Cdnet.AssertRefuses(["models", "set-detector", Cdnet.Model, "--min-confidence", "9", "--out", target], "MinConfidence");
        Cdnet.AssertRefuses(["models", "set-detector", Cdnet.Model, "--second-look", "9", "--out", target], "--second-look is 9");
        Cdnet.AssertRefuses(["models", "set-detector", Cdnet.Model, "--tile-side", "63", "--out", target], "--tile-side is 63");
        Cdnet.AssertRefuses(["models", "set-detector", Cdnet.Model, "--detector", Cdnet.Model, "--out", target], "neither a TensorFlow Lite face detector");
    }

    [TestMethod]
    public void Table_shows_the_same_to_a_person()
    {
        var (code, output, _) = Cdnet.Run("models", "show", Cdnet.Model);

        Assert.AreEqual(0, code);
        StringAssert.Contains(output, "marker.onnx");
        StringAssert.Contains(output, "training: trainingRows");
    }
}
