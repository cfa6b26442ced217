namespace CDNet.Cli.Tests;

[TestClass]
public sealed class TrainDetectorCommandTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Detector_is_written_compared_on_held_out_pictures_and_taken_by_other_commands()
    {
        var target = _folder.File("own.onnx");

        var (code, json, errors) = Cdnet.RunJson(
            "train-detector", "--faces", Cdnet.Data, "--reference", Cdnet.Detector, "--out", target, "--count", "32", "--batch", "8", "--hold-out", "0.3", "--json");

        Assert.AreEqual(0, code, errors);
        var (pictures, people) = (json.GetProperty("pictures").GetInt32(), json.GetProperty("training").GetProperty("people").GetInt32());
        Assert.AreEqual(20, pictures + people, "each picture is trained on or held out");
        Assert.IsGreaterThan(0, pictures);
        var (again, evaluation, said) = Cdnet.RunJson(
            "evaluate-detector", "--detector", target, "--faces", Cdnet.Data, "--reference", Cdnet.Detector, "--hold-out", "0.3", "--json");
        Assert.AreEqual(0, again, said);
        foreach (var figure in new[] { "sha256", "pictures", "referenceFaces", "found" })
            Assert.AreEqual(json.GetProperty(figure).ToString(), evaluation.GetProperty(figure).ToString(), figure);
    }

    [TestMethod]
    public void Second_look_is_trained_for_a_detector_and_asked_for_with_the_option()
    {
        var target = _folder.File("own.onnx");

        var (code, json, errors) = Cdnet.RunJson(
            "train-keypoints", "--detector", Cdnet.Detector, "--faces", Cdnet.Data, "--reference", Cdnet.Detector, "--out", target, "--count", "32", "--batch", "8", "--hold-out", "0.3", "--json");

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(32, json.GetProperty("training").GetProperty("scenes").GetInt32());
        Assert.IsTrue(json.GetProperty("hasKeypointNetwork").GetBoolean());
        double Error(params string[] more)
        {
            var (again, evaluation, said) = Cdnet.RunJson(["evaluate-detector", "--detector", target, "--faces", Cdnet.Data, "--reference", Cdnet.Detector, "--hold-out", "0.3", "--json", .. more]);
            Assert.AreEqual(0, again, said);
            return evaluation.GetProperty("keypointError").GetDouble();
        }
        Assert.AreEqual(json.GetProperty("keypointError").GetDouble(), Error("--second-look", "2"), 1e-9);
        Assert.AreNotEqual(Error(), Error("--second-look", "1"));
    }

    [TestMethod]
    public void Killed_it_goes_on_from_its_checkpoint_where_it_is_told_to()
    {
        var (target, checkpoint) = (_folder.File("own.onnx"), _folder.File("own.onnx.checkpoint"));
        string[] command = ["train-keypoints", "--detector", Cdnet.Detector, "--faces", Cdnet.Data, "--reference", Cdnet.Detector, "--out", target, "--count", "800", "--batch", "8", "--checkpoint-every", "0.001s", "--json"];
        using (var process = ChildProcess.Start(Cdnet.Program, command))
        {
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            while (!process.HasExited && !File.Exists(checkpoint))
                Thread.Sleep(20);
            process.Kill();
            process.WaitForExit();
        }
        Assert.IsFalse(File.Exists(target), "the kill came before the end");

        Cdnet.AssertRefuses(command, checkpoint, "--resume");
        var (code, json, errors) = Cdnet.RunJson([.. command, "--resume"]);

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(800, json.GetProperty("training").GetProperty("scenes").GetInt32());
        Assert.IsFalse(File.Exists(checkpoint));
    }

    [TestMethod]
    public void Folder_that_is_not_there_is_refused()
        => Cdnet.AssertRefuses(["train-detector", "--faces", _folder.File("nobody"), "--reference", Cdnet.Detector, "--out", _folder.File("own.onnx")], "nobody", "no such folder");
}
