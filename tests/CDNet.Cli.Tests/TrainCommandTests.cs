using System.Text.Json;

namespace CDNet.Cli.Tests;

[TestClass]
public sealed class TrainCommandTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Training_prints_one_json_document_and_writes_the_model()
    {
        Assert.AreEqual(0, Cdnet.Training.Code, Cdnet.Training.Errors);
        var report = JsonDocument.Parse(Cdnet.Training.Output).RootElement.GetProperty("report");
        Assert.AreEqual(20, report.GetProperty("trainingRows").GetInt32() + report.GetProperty("validationRows").GetInt32());
        Assert.AreEqual(0, report.GetProperty("rowsWithoutFace").GetInt32());
        Assert.IsTrue(File.Exists(Cdnet.Model));
        Assert.IsFalse(File.Exists(Cdnet.Model + ".partial"));
        StringAssert.Contains(Cdnet.Training.Errors, "Stage  Epoch     Loss");
        StringAssert.Contains(Cdnet.Training.Errors, "\n    2      1  ");
    }

    [TestMethod]
    public void Killed_and_resumed_it_ends_with_the_bits_of_an_undisturbed_training()
    {
        var model = _folder.File("m.zip");
        var checkpoint = Path.Combine(model + ".training", "checkpoint.safetensors");
        string[] command = ["train", "--data", Cdnet.Data, "--out", model, "--detector", Cdnet.Detector, "--epochs-stage1", "1", "--epochs-stage2", "1", "--batch", "4",
            "--checkpoint-every", "0.001s", "--resume", "--json"];
        for (var kills = 1; kills <= 2; kills++)
        {
            var before = File.Exists(checkpoint) ? File.GetLastWriteTimeUtc(checkpoint) : default;
            using var process = ChildProcess.Start(Cdnet.Program, command);
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            while (!process.HasExited && (!File.Exists(checkpoint) || File.GetLastWriteTimeUtc(checkpoint) == before))
                Thread.Sleep(20);
            process.Kill();
            process.WaitForExit();
            Assert.IsFalse(File.Exists(model), $"the kill {kills} came before the end");
        }

        var (code, json, errors) = Cdnet.RunJson(command);

        Assert.AreEqual(0, code, errors);
        var undisturbed = JsonDocument.Parse(Cdnet.Training.Output).RootElement;
        Assert.AreEqual(undisturbed.GetProperty("centresSquaredDistance").GetDouble(), json.GetProperty("centresSquaredDistance").GetDouble());
        string Losses(JsonElement result) => string.Join(' ', result.GetProperty("report").GetProperty("epochs").EnumerateArray()
            .Select(epoch => $"{epoch.GetProperty("stage")} {epoch.GetProperty("epoch")} {epoch.GetProperty("loss")} {epoch.GetProperty("validationAuc")} {epoch.GetProperty("rows")}"));
        Assert.AreEqual(Losses(undisturbed), Losses(json));
        Assert.AreEqual(Scores(Cdnet.Model), Scores(model));
        Assert.IsFalse(File.Exists(checkpoint));
        Assert.IsTrue(File.Exists(Path.Combine(model + ".training", "curves.png")));
    }

    [TestMethod]
    public void Csv_with_a_bad_line_trains_on_the_rest_and_says_which_line()
    {
        var lines = Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).Select(path => $"{path},{(path.Contains("fake", StringComparison.Ordinal) ? "fake" : "real")}");
        File.WriteAllLines(_folder.File("list.csv"), ["path,label", .. lines, "x.png,NaN"]);

        var (code, output, errors) = Cdnet.Run("train", "--data", _folder.File("list.csv"), "--out", _folder.File("m.zip"), "--detector", Cdnet.Detector,
            "--epochs-stage1", "1", "--epochs-stage2", "0", "--batch", "4", "--limit", "10");

        Assert.AreEqual(1, code, errors);
        StringAssert.Contains(errors, "line 22");
        StringAssert.Contains(output, "Trained on 9 pictures and validated on 1");
        Assert.IsTrue(File.Exists(_folder.File("m.zip")));
    }

    [TestMethod]
    public void Unreadable_pictures_are_left_out_and_counted()
    {
        foreach (var path in Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories))
            File.Copy(path, _folder.File(Path.GetRelativePath(Cdnet.Data, path)));
        File.WriteAllText(_folder.File("real/broken.jpg"), "no picture");

        var (code, json, errors) = Cdnet.RunJson("train", "--data", _folder.Path, "--out", _folder.File("m.zip"), "--detector", Cdnet.Detector,
            "--epochs-stage1", "1", "--epochs-stage2", "0", "--batch", "4", "--json");

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(1, json.GetProperty("report").GetProperty("rowsWithoutFace").GetInt32());
    }

    [TestMethod]
    [DataRow("sam", "fc", "Ratio", 200, "fullyConnected", null, 1_502_289)]
    [DataRow("sam", "cluster", "Difference", 200, "cluster", "difference", 1_502_289)]
    [DataRow("xception", "fc", "Ratio", 2048, "fullyConnected", null, 20_811_050)]
    public void Network_head_and_form_of_the_score_are_chosen_and_another_process_scores_with_them(
        string network, string head, string form, int features, string decision, string? scoreForm, long parameters)
    {
        var picture = Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).First();

        var (code, json, errors) = Cdnet.RunJson("train", "--data", Cdnet.Data, "--out", _folder.File("m.zip"), "--detector", Cdnet.Detector,
            "--network", network, "--head", head, "--score-form", form, "--cluster-loss", form == "Difference" ? "Logistic" : "Margin", "--augment", "robust", "--epochs-stage1", "1", "--epochs-stage2", "1", "--batch", "4", "--limit", "6", "--json");
        Assert.AreEqual(0, code, errors);
        var facts = Cdnet.RunJson("models", "show", _folder.File("m.zip"), "--json").Json;
        var rows = Cdnet.RunJson("score", picture, "--model", _folder.File("m.zip"), "--json").Json.GetProperty("rows");

        Assert.AreEqual(parameters, json.GetProperty("report").GetProperty("parameters").GetInt64());
        Assert.AreEqual(head == "fc", json.GetProperty("centresSquaredDistance").ValueKind == JsonValueKind.Null);
        Assert.AreEqual((network, decision, features), (facts.GetProperty("network").GetString(), facts.GetProperty("decision").GetString(), facts.GetProperty("features").GetInt32()));
        Assert.AreEqual(scoreForm, facts.GetProperty("scoreForm").GetString());
        var score = rows[0].GetProperty("score").GetDouble();
        Assert.AreEqual(1 / (1 + Math.Exp(-score)), rows[0].GetProperty("probability").GetDouble(), 1e-5);
        Assert.AreEqual(score > 0 ? "fake" : "real", rows[0].GetProperty("verdict").GetString());
    }

    [TestMethod]
    public void Without_a_detector_the_one_that_comes_with_the_program_looks_for_people()
    {
        foreach (var (name, seed) in new[] { ("real/a.png", 1), ("real/b.png", 2), ("fake/c.png", 3), ("fake/d.png", 4) })
        {
            using var noise = TestPictures.Draw(128, 128, seed);
            TestPictures.Save(noise, _folder.File(name));
        }

        Cdnet.AssertRefuses(["train", "--data", _folder.Path, "--out", _folder.File("m.zip")], "0 fake and 0 real rows with a face");
    }

    [TestMethod]
    public void Folder_without_pictures_is_refused()
        => Cdnet.AssertRefuses(["train", "--data", _folder.Path, "--out", _folder.File("m.zip"), "--detector", Cdnet.Detector], _folder.Path, "no pictures");

    [TestMethod]
    public void One_class_is_refused()
    {
        File.Copy(Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).First(), _folder.File("real/a.png"));

        Cdnet.AssertRefuses(["train", "--data", _folder.Path, "--out", _folder.File("m.zip"), "--detector", Cdnet.Detector], "0 fake");
    }

    [TestMethod]
    public void Csv_without_labels_is_refused()
    {
        File.WriteAllText(_folder.File("list.csv"), "path\na.jpg\n");

        Cdnet.AssertRefuses(["train", "--data", _folder.File("list.csv"), "--out", _folder.File("m.zip"), "--detector", Cdnet.Detector], "no column label");
    }

    [TestMethod]
    [DataRow("--lr", "0")]
    [DataRow("--batch", "1")]
    [DataRow("--min-confidence", "2")]
    [DataRow("--second-look", "0.5")]
    [DataRow("--second-look", "wide")]
    [DataRow("--time-budget", "soon")]
    [DataRow("--epochs-stage1", "many")]
    [DataRow("--device", "abacus")]
    [DataRow("--network", "resnet")]
    [DataRow("--head", "both")]
    [DataRow("--cluster-loss", "hinge")]
    [DataRow("--score-form", "sum")]
    [DataRow("--projection-rate", "1.5")]
    [DataRow("--augment", "much")]
    public void Option_out_of_range_is_refused_by_name(string option, string value)
    {
        var (code, _, errors) = Cdnet.Run("train", "--data", Cdnet.Data, "--out", _folder.File("m.zip"), "--detector", Cdnet.Detector, option, value);

        Assert.AreEqual(2, code);
        StringAssert.Contains(errors, value);
    }

    [TestMethod]
    public void Interrupt_ends_with_code_3_and_leaves_no_model_and_no_temporary_file()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("sends a signal");
        var temp = Directory.CreateDirectory(_folder.File("tmp"));
        using var process = ChildProcess.Start(
            Cdnet.Program,
            ["train", "--data", Cdnet.Data, "--out", _folder.File("m.zip"), "--detector", Cdnet.Detector, "--epochs-stage1", "1000", "--batch", "4"],
            new Dictionary<string, string> { ["TMPDIR"] = temp.FullName, ["DOTNET_EnableDiagnostics"] = "0" });
        var errors = new List<string>();
        while (process.StandardError.ReadLine() is { } line)
        {
            errors.Add(line);
            if (line.StartsWith("    1      1  ", StringComparison.Ordinal))
                ChildProcess.Interrupt(process);
        }
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(60)));

        Assert.AreEqual(3, process.ExitCode, string.Join('\n', errors));
        StringAssert.Contains(errors[^1], "cancelled");
        Assert.IsFalse(File.Exists(_folder.File("m.zip")));
        Assert.IsEmpty(Directory.GetFileSystemEntries(temp.FullName));
    }

    private static string Scores(string model) => string.Join(' ', Cdnet.RunJson("score", Cdnet.Data, "--model", model, "--json").Json.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("score").GetRawText()));
}
