using System.Text.Json;
using CDNet.MLNet.Prepared;

namespace CDNet.Cli.Tests;

[TestClass]
public sealed class PrepareCommandTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Summary_counts_rows_and_every_kind_of_problem()
    {
        using var none = TestPictures.Draw(128, 128, 6);
        TestPictures.Save(none, _folder.File("none.png"));
        File.WriteAllText(_folder.File("zero.mp4"), "");
        File.WriteAllText(_folder.File("text.mp4"), "no video");
        Directory.CreateDirectory(_folder.File("folder.mp4"));
        File.WriteAllLines(_folder.File("list.csv"), ["path,label", .. Lines(), "none.png,real", "zero.mp4,fake", "text.mp4,fake", "folder.mp4,fake", "none.png,real", "x.png,?"]);

        var (code, json, errors) = Cdnet.RunJson("prepare", "--data", _folder.File("list.csv"), "--out", _folder.File("set"), "--detector", Cdnet.Detector, "--json");

        Assert.AreEqual(1, code, errors);
        Assert.AreEqual((21, 3, 21, 1), (Number(json, "pictures"), Number(json, "videos"), Number(json, "rows"), Number(json, "rowsWithoutFace")));
        var counts = json.GetProperty("problemCounts");
        Assert.AreEqual((3, 1, 1, 1, 0), (Number(counts, "unreadable"), Number(counts, "noFace"), Number(counts, "duplicate"), Number(counts, "notListed"), Number(counts, "contradiction")));
        foreach (var name in new[] { "zero.mp4", "text.mp4", "folder.mp4" })
        {
            var problem = json.GetProperty("problems").EnumerateArray().Single(problem => problem.GetProperty("path").GetString() == name);
            Assert.IsGreaterThan(10, problem.GetProperty("reason").GetString()!.Length);
        }
        StringAssert.Contains(errors, "Preparing [");
    }

    [TestMethod]
    public void Killed_again_and_again_it_ends_with_the_rows_of_an_undisturbed_run()
    {
        TestPictures.WriteLabeledSet(_folder.File("data"), 120);
        var undisturbed = Cdnet.RunJson([.. Command("data", "undisturbed"), "--json"]);
        Assert.AreEqual(0, undisturbed.Code, undisturbed.Errors);

        var finishedAtKills = new List<int>();
        for (var wanted = 3; wanted <= 30; wanted += 9)
        {
            using var process = ChildProcess.Start(Cdnet.Program, Command("data", "set"));
            var errors = process.StandardError.ReadToEndAsync();
            while (!process.HasExited && Finished() < wanted)
                Thread.Sleep(1);
            process.Kill();
            process.WaitForExit();
            finishedAtKills.Add(Finished());
        }
        var finished = Finished();
        var (code, json, said) = Cdnet.RunJson([.. Command("data", "set"), "--json"]);

        Assert.AreEqual(0, code, said);
        Assert.IsTrue(finishedAtKills.SequenceEqual(finishedAtKills.Order()), "a run keeps what others have finished");
        Assert.IsTrue(finished is >= 3 and < 40, $"the last kill came before the end: {string.Join(' ', finishedAtKills)}");
        Assert.AreEqual((40, finished), (Number(json, "parts"), Number(json, "partsOfEarlierRuns")));
        CollectionAssert.AreEqual(PreparedRows.Of(_folder.File("undisturbed")), PreparedRows.Of(_folder.File("set")));
        CollectionAssert.AreEqual(Names("undisturbed"), Names("set"), "no file of a killed run is left");

        int Finished() => Directory.Exists(_folder.File("set")) ? Directory.GetFiles(_folder.File("set"), "*-part-*.json").Length : 0;
    }

    [TestMethod]
    public void Full_disk_is_told_by_path_and_the_next_run_does_the_rest()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("limits the size of files with ulimit");
        // Files of at most 100 blocks of 1,024 bytes: the descriptions fit, a part of 20 rows does not.
        var (code, errors) = Cdnet.RunWithFileLimit(100, [.. Command(Cdnet.Data, "set", 20)]);

        Assert.AreEqual(2, code, errors);
        StringAssert.Contains(errors, "cannot be written");
        Assert.IsEmpty(Directory.GetFiles(_folder.File("set"), "*.idv*"), "no half part is left");
        Assert.AreEqual(0, Cdnet.Run([.. Command(Cdnet.Data, "set", 20)]).Code);
        Assert.AreEqual(20, PreparedSet.Open(_folder.File("set"), isThorough: true).Load().GetRowCount());
    }

    [TestMethod]
    public void Shards_of_a_slurm_array_merge_to_the_whole()
    {
        Assert.AreEqual(0, Cdnet.Run([.. Command(Cdnet.Data, "whole")]).Code);
        for (var task = 1; task <= 2; task++)
        {
            var variables = new Dictionary<string, string> { ["SLURM_ARRAY_TASK_ID"] = $"{task}", ["SLURM_ARRAY_TASK_MIN"] = "1", ["SLURM_ARRAY_TASK_MAX"] = "2", ["SLURM_ARRAY_TASK_COUNT"] = "2" };
            var (code, _, said) = ChildProcess.Run(Cdnet.Program, Command(Cdnet.Data, $"task{task}"), variables);
            Assert.AreEqual(0, code, said);
        }

        Cdnet.AssertRefuses(["prepare", "merge", _folder.File("task1"), "--out", _folder.File("merged")], "shard 1/2 is missing");
        var (merged, json, errors) = Cdnet.RunJson("prepare", "merge", _folder.File("task1"), _folder.File("task2"), "--out", _folder.File("merged"), "--json");

        Assert.AreEqual(0, merged, errors);
        Assert.AreEqual(20, Number(json, "rows"));
        CollectionAssert.AreEquivalent(PreparedRows.Of(_folder.File("whole")), PreparedRows.Of(_folder.File("merged")));
    }

    [TestMethod]
    public void Index_of_a_kubernetes_job_without_a_count_is_refused()
    {
        var (code, output, errors) = ChildProcess.Run(Cdnet.Program, Command(Cdnet.Data, "set"), new Dictionary<string, string> { ["JOB_COMPLETION_INDEX"] = "1" });

        Assert.AreEqual((2, ""), (code, output));
        StringAssert.Contains(errors, "--shards");
    }

    [TestMethod]
    public void Prepared_set_trains_and_evaluates_and_its_model_scores_pictures()
    {
        Assert.AreEqual(0, Cdnet.Run([.. Command(Cdnet.Data, "set")]).Code);

        var (trained, training, errors) = Cdnet.RunJson(
            "train", "--data", _folder.File("set"), "--out", _folder.File("model.zip"), "--epochs-stage1", "1", "--epochs-stage2", "1", "--batch", "4", "--json");

        Assert.AreEqual(0, trained, errors);
        var report = training.GetProperty("report");
        Assert.AreEqual(20, Number(report, "trainingRows") + Number(report, "validationRows"));
        var ofSet = Cdnet.RunJson("evaluate", "--model", _folder.File("model.zip"), "--data", _folder.File("set"), "--json");
        var ofPictures = Cdnet.RunJson("evaluate", "--model", _folder.File("model.zip"), "--data", Cdnet.Data, "--json");
        Assert.AreEqual((0, 0), (ofSet.Code, ofPictures.Code), ofSet.Errors + ofPictures.Errors);
        Assert.AreEqual(ofPictures.Json.GetRawText(), ofSet.Json.GetRawText(), "crops of the set are those that the model cuts itself");
    }

    [TestMethod]
    public void Other_detector_or_confidence_than_the_prepared_one_is_refused()
    {
        Assert.AreEqual(0, Cdnet.Run([.. Command(Cdnet.Data, "set")]).Code);
        var detector = SharedData.Root is null ? null : SharedData.Require("models/blazeface/face_detection_short_range.tflite");

        Cdnet.AssertRefuses(["train", "--data", _folder.File("set"), "--out", _folder.File("m.zip"), "--min-confidence", "0.5"], "minimum confidence is 0.5", "0.75");
        Cdnet.AssertRefuses(["train", "--data", _folder.File("set"), "--out", _folder.File("m.zip"), "--second-look", "2"], "second look is 2", "with 0;");
        if (detector is not null)
            Cdnet.AssertRefuses(["train", "--data", _folder.File("set"), "--out", _folder.File("m.zip"), "--detector", detector], "detector is", "marker.onnx");
    }

    [TestMethod]
    [DataRow("--frames", "0")]
    [DataRow("--frames", "some")]
    [DataRow("--shard", "2/2")]
    [DataRow("--encoding", "gif")]
    [DataRow("--threads", "0")]
    [DataRow("--shards", "3")]
    public void Option_out_of_range_is_refused_by_name(string option, string value)
    {
        var (code, output, errors) = Cdnet.Run([.. Command(Cdnet.Data, "set"), option, value]);

        Assert.AreEqual((2, ""), (code, output));
        StringAssert.Contains(errors, option == "--shard" ? value : option);
        Assert.IsFalse(Directory.Exists(_folder.File("set")));
    }

    [TestMethod]
    public void Interrupt_ends_with_code_3_and_says_that_the_same_command_goes_on()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("sends a signal");
        TestPictures.WriteLabeledSet(_folder.File("data"), 120);
        using var process = ChildProcess.Start(Cdnet.Program, Command("data", "set"));
        while (!process.HasExited && (!Directory.Exists(_folder.File("set")) || Directory.GetFiles(_folder.File("set"), "*.idv").Length < 2))
            Thread.Sleep(1);
        ChildProcess.Interrupt(process);
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.AreEqual(3, process.ExitCode, errors);
        StringAssert.Contains(errors, "the same command does the rest");
        Assert.IsEmpty(Directory.GetFiles(_folder.File("set"), "*.tmp"));
    }

    [TestMethod]
    public void Clips_give_the_frames_that_were_asked_for()
    {
        var clips = SharedData.Require("videos");
        var detector = SharedData.Require("models/blazeface/face_detection_back.tflite");
        File.WriteAllLines(_folder.File("list.csv"), ["path,label,method,source_video", "004.mp4,real,,004", "519_515.mp4,fake,Deepfakes,519"]);

        var (code, json, errors) = Cdnet.RunJson(
            "prepare", "--data", _folder.File("list.csv"), "--root", clips, "--out", _folder.File("set"), "--detector", detector, "--frames", "3", "--encoding", "jpeg", "--json");

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual((2, 3, 3), (Number(json, "videos"), Number(json, "realFaces"), Number(json, "fakeFaces")));
        var rows = PreparedRows.Of(_folder.File("set"));
        StringAssert.StartsWith(rows[3], "519_515.mp4|519_515.mp4|519|Deepfakes||True|");
    }

    private IEnumerable<string> Command(string data, string output, int partRows = 3)
        => ["prepare", "--data", Path.IsPathRooted(data) ? data : _folder.File(data), "--out", _folder.File(output), "--detector", Cdnet.Detector, "--part-rows", $"{partRows}"];

    private string[] Names(string folder) => [.. Directory.GetFiles(_folder.File(folder)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Lines() => Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories)
        .Select(path => $"{path},{(path.Contains("fake", StringComparison.Ordinal) ? "fake" : "real")}");

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
