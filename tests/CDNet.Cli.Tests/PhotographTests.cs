namespace CDNet.Cli.Tests;

/// <summary>The main job on real photographs, in small: train, save, load in other processes, score, evaluate.</summary>
[TestClass]
public sealed class PhotographTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Train_evaluate_and_score_on_photographs()
    {
        var root = SharedData.Require("dfdc-faces");
        var detector = SharedData.Require("models/blazeface/face_detection_short_range.tflite");
        var manifest = File.ReadAllLines(Path.Combine(root, "manifest.csv"));
        IEnumerable<string> Of(string split, int count) => new[] { "real", "fake" }.SelectMany(label => manifest.Where(line => line.Contains($",{label},{split},", StringComparison.Ordinal)).Take(count));
        File.WriteAllLines(_folder.File("list.csv"), [manifest[0], .. Of("train", 16), .. Of("val", 4), .. Of("test", 16)]);
        string[] data = ["--data", _folder.File("list.csv"), "--root", root];

        var (trained, training, errors) = Cdnet.RunJson(
            ["train", .. data, "--out", _folder.File("model.zip"), "--detector", detector, "--min-confidence", "0.6", "--epochs-stage1", "1", "--epochs-stage2", "1", "--batch", "8", "--json"]);
        Assert.AreEqual(0, trained, errors);
        // The detector finds 99% of these faces; two may be missed.
        Assert.IsLessThanOrEqualTo(2, training.GetProperty("report").GetProperty("rowsWithoutFace").GetInt32());

        var (evaluated, evaluation, evaluationErrors) = Cdnet.RunJson(["evaluate", "--model", _folder.File("model.zip"), .. data, "--json"]);
        Assert.AreEqual(0, evaluated, evaluationErrors);
        Assert.AreEqual(32, evaluation.GetProperty("rows").GetInt32());
        Assert.IsGreaterThanOrEqualTo(29, evaluation.GetProperty("scored").GetInt32());

        var (scored, scores, scoreErrors) = Cdnet.RunJson("score", SharedData.Require("faces/dlib"), "--model", _folder.File("model.zip"), "--json");
        Assert.AreEqual(0, scored, scoreErrors);
        Assert.IsGreaterThan(20, scores.GetProperty("rows").GetArrayLength(), "group photographs have many faces");
    }
}
