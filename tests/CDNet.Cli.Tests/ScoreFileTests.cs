using System.Diagnostics;
using CDNet.Cli.Scores;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Tests;

/// <summary><c>cdnet score --out</c> as processes: stopped, gone on, shared out and merged.</summary>
[TestClass]
public sealed class ScoreFileTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Killed_and_resumed_it_scores_nothing_twice_and_ends_with_every_file()
    {
        var folder = _folder.File("data");
        TestPictures.WriteLabeledSet(folder, 200);
        var output = _folder.File("out/scores.jsonl");
        using (var process = ChildProcess.Start(Cdnet.Program, ["score", folder, "--model", Cdnet.Model, "--out", output, "--batch", "1"]))
        {
            WaitForLines(process, output);
            process.Kill();
            process.WaitForExit();
        }
        var done = Done(output);
        Assert.IsFalse(File.Exists(output));
        Cdnet.AssertRefuses(["score", folder, "--model", Cdnet.Model, "--out", output], "an unfinished result");

        var (code, json, errors) = Cdnet.RunJson("score", folder, "--model", Cdnet.Model, "--out", output, "--resume", "--json");

        Assert.AreEqual(0, code, errors);
        Assert.IsTrue(done is >= 5 and < 200, $"{done} were done at the kill");
        Assert.AreEqual((done, 200 - done), (json.GetProperty("earlierFiles").GetInt32(), json.GetProperty("files").GetInt32()));
        var paths = RowFormat.Of(output).Read<ScoreRow>(output).Where(row => row.Face == 0).Select(row => row.Path).ToArray();
        CollectionAssert.AreEqual(Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray(), paths);
        CollectionAssert.AreEquivalent(new[] { "scores.jsonl", "scores.jsonl.run.json" }, Directory.GetFiles(_folder.File("out")).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void Interrupt_ends_with_code_3_and_the_work_is_kept()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("sends a signal");
        var folder = _folder.File("data");
        TestPictures.WriteLabeledSet(folder, 200);
        var output = _folder.File("scores.csv");
        using var process = ChildProcess.Start(Cdnet.Program, ["score", folder, "--model", Cdnet.Model, "--out", output, "--batch", "1"]);
        WaitForLines(process, output);
        ChildProcess.Interrupt(process);
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.AreEqual(3, process.ExitCode, errors);
        StringAssert.Contains(errors, "--resume goes on");
        Assert.IsTrue(Done(output) is >= 5 and < 200 && !File.Exists(output));
    }

    [TestMethod]
    public void Shares_of_an_array_job_merge_into_the_bytes_of_one_machine()
    {
        var missing = _folder.File("missing.jpg");
        string[] what = ["score", Cdnet.Data, missing, "--model", Cdnet.Model, "--batch", "1", "--threads", "1"];
        Assert.AreEqual(1, Cdnet.Run([.. what, "--out", _folder.File("whole.csv")]).Code);

        var codes = new List<int>();
        for (var task = 1; task <= 3; task++)
        {
            var environment = new Dictionary<string, string>
            {
                ["SLURM_ARRAY_TASK_ID"] = $"{task}", ["SLURM_ARRAY_TASK_MIN"] = "1", ["SLURM_ARRAY_TASK_MAX"] = "3", ["SLURM_ARRAY_TASK_COUNT"] = "3",
            };
            codes.Add(ChildProcess.Run(Cdnet.Program, [.. what, "--out", _folder.File("part.csv")], environment).Code);
        }
        string[] shares = [.. Enumerable.Range(0, 3).Select(i => _folder.File($"part-{i:D5}-of-00003.csv"))];
        Cdnet.AssertRefuses(["score", "merge", shares[0], shares[2], "--out", _folder.File("merged.csv")], "1 of 3 shares are missing: 1/3");
        var (code, json, errors) = Cdnet.RunJson(["score", "merge", .. shares, "--out", _folder.File("merged.csv"), "--json"]);

        Assert.AreEqual(0, code, errors);
        CollectionAssert.AreEquivalent(new[] { 0, 0, 1 }, codes, "the missing file is in one of them");
        Assert.AreEqual(21, json.GetProperty("files").GetInt32());
        Assert.AreEqual(File.ReadAllText(_folder.File("whole.csv")), File.ReadAllText(_folder.File("merged.csv")));
        StringAssert.Contains(File.ReadAllText(_folder.File("merged.csv")), "no such file");
    }

    [TestMethod]
    [DataRow("--out", "scores.csv")]
    [DataRow("--report", "reports")]
    public void Folder_in_place_of_a_file_is_refused_before_anything_is_scored(string option, string name)
    {
        var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        string[] what = option == "--out" ? [] : ["--out", _folder.File("scores.csv")];

        Cdnet.AssertRefuses(["score", Cdnet.Data, "--model", Cdnet.Model, option, folder, .. what], $"{option} is {folder}, which is a folder; name a file.");

        CollectionAssert.AreEqual(new[] { folder }, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void Scores_of_several_looks_are_others_and_do_not_mix_with_those_of_one()
    {
        string[] what = ["score", Path.Combine(Cdnet.Data, "real"), "--model", Cdnet.Model];
        Assert.AreEqual(0, Cdnet.Run([.. what, "--out", _folder.File("one.jsonl")]).Code);
        Assert.AreEqual(0, Cdnet.Run([.. what, "--looks", "2", "--out", _folder.File("two.jsonl")]).Code);

        var scores = new[] { "one", "two" }.Select(name => RowFormat.Of("x.jsonl").Read<ScoreRow>(_folder.File($"{name}.jsonl")).Select(row => row.Score).ToArray()).ToArray();
        Assert.HasCount(scores[0].Length, scores[1]);
        CollectionAssert.AreNotEqual(scores[0], scores[1]);
        Cdnet.AssertRefuses([.. what, "--out", _folder.File("two.jsonl"), "--resume"], "--looks 2 and not 1; --resume goes on with the same only");
    }

    [TestMethod]
    public void Scores_in_8_bits_are_others_and_do_not_mix_with_those_in_32()
    {
        string[] what = ["score", Path.Combine(ChildProcess.Repository, "docs", "pictures")];
        Assert.AreEqual(0, Cdnet.Run([.. what, "--out", _folder.File("full.jsonl")]).Code);
        Assert.AreEqual(0, Cdnet.Run([.. what, "--precision", "int8", "--out", _folder.File("int8.jsonl")]).Code);

        var (full, eight) = (Scores("full"), Scores("int8"));
        Assert.HasCount(full.Length, eight);
        CollectionAssert.AreNotEqual(full, eight);
        Cdnet.AssertRefuses([.. what, "--out", _folder.File("int8.jsonl"), "--resume"], "--precision int8 and not full; --resume goes on with the same only");
        double?[] Scores(string name) => [.. RowFormat.Of("x.jsonl").Read<ScoreRow>(_folder.File($"{name}.jsonl")).Select(row => (double?)row.Score)];
    }

    [TestMethod]
    public void Options_that_make_no_sense_are_refused()
    {
        Cdnet.AssertRefuses(["score", Cdnet.Data, "--precision", "int8", "--device", "cuda"], "--precision is int8, but --device is cuda");
        Cdnet.AssertRefuses(["score", Cdnet.Data, "--precision", "int8", "--evidence", "--json"], "--precision is int8", "Leave one of them out");
        Cdnet.AssertRefuses(["score", Cdnet.Data, "--resume"], "name it with --out");
        Cdnet.AssertRefuses(["score", Cdnet.Data, "--out", _folder.File("scores.xlsx")], ".csv, .jsonl, .parquet");
        Cdnet.AssertRefuses(["score", Cdnet.Data, "--out", _folder.File("scores.csv"), "--shard", "3/3"], "3/3");
        Cdnet.AssertRefuses(["score", Cdnet.Data, "--looks", "2", "--report", _folder.File("report.html")], "Leave one of them out");
        Cdnet.AssertRefuses(["score", Cdnet.Data, "--device", "tpu"], "--device is tpu; expected cpu, cuda or cuda:N");
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void Report_shows_the_most_suspicious_files_first_and_as_many_as_asked_for()
    {
        var (code, json, errors) = Cdnet.RunJson("score", Cdnet.Data, _folder.File("missing.jpg"), "--model", Cdnet.Model, "--report", _folder.File("pages/report.html"), "--report-details", "2", "--json");

        Assert.AreEqual(1, code, errors);
        var page = File.ReadAllText(_folder.File("pages/report.html"));
        var best = json.GetProperty("rows").EnumerateArray().Where(row => row.GetProperty("score").ValueKind == System.Text.Json.JsonValueKind.Number).MaxBy(row => row.GetProperty("score").GetSingle());
        StringAssert.Contains(page, "21 files");
        Assert.AreEqual(2, page.Split("<image id=").Length - 1);
        Assert.IsLessThan(page.IndexOf("<section", StringComparison.Ordinal), page.IndexOf(Path.GetFileName(best.GetProperty("path").GetString()!), StringComparison.Ordinal));
        StringAssert.Contains(page[page.IndexOf("id=\"item0\"", StringComparison.Ordinal)..], Path.GetFileName(best.GetProperty("path").GetString()!));
        StringAssert.Contains(page, "no such file");
    }

    [TestMethod]
    public void Evidence_in_json_has_the_numbers_of_the_page()
    {
        var picture = Directory.GetFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var (code, json, errors) = Cdnet.RunJson("score", picture, "--model", Cdnet.Model, "--report", _folder.File("report.html"), "--evidence", "--json");

        Assert.AreEqual(0, code, errors);
        var page = File.ReadAllText(_folder.File("report.html"));
        var evidence = json.GetProperty("evidence").EnumerateArray().ToArray();
        Assert.HasCount(json.GetProperty("rows").GetArrayLength(), evidence);
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        string Signed(System.Text.Json.JsonElement number) => System.Text.Encodings.Web.HtmlEncoder.Default.Encode(number.GetSingle().ToString("+0.00;-0.00", invariant));
        foreach (var (face, row) in evidence.Zip(json.GetProperty("rows").EnumerateArray()))
        {
            Assert.AreEqual(row.GetProperty("score").GetSingle(), face.GetProperty("score").GetSingle(), 1e-4f);
            // In their order: the cells of the map, and what the parts add.
            var at = page.IndexOf("class=\"map\"", StringComparison.Ordinal);
            var cells = face.GetProperty("occlusion").GetProperty("contributions").EnumerateArray().ToArray();
            Assert.HasCount(64, cells);
            foreach (var cell in cells)
            {
                at = page.IndexOf($"<title>{Signed(cell)}</title>", at + 1, StringComparison.Ordinal);
                Assert.IsGreaterThan(0, at);
            }
            foreach (var part in face.GetProperty("parts").EnumerateArray())
            {
                StringAssert.Contains(page, $"<title>what the network sees {Signed(part.GetProperty("spatial"))}, frequencies {Signed(part.GetProperty("frequency"))}</title>");
                StringAssert.Contains(page, $">{Signed(part.GetProperty("contribution"))}</text>");
            }
            StringAssert.Contains(page, face.GetProperty("distanceToReal").GetSingle().ToString("F2", invariant));
        }
    }

    [TestMethod]
    public void Evidence_beside_a_score_file_is_an_object_a_line()
    {
        var picture = Directory.GetFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var (code, _, errors) = Cdnet.RunJson("score", picture, "--model", Cdnet.Model, "--out", _folder.File("scores.csv"), "--evidence", "--json");

        Assert.AreEqual(0, code, errors);
        var line = System.Text.Json.JsonDocument.Parse(File.ReadAllLines(_folder.File("scores.evidence.jsonl")).Single()).RootElement;
        Assert.AreEqual(picture, line.GetProperty("path").GetString());
        Assert.AreEqual(64, line.GetProperty("occlusion").GetProperty("contributions").GetArrayLength());
    }

    [TestMethod]
    public void Evidence_without_a_place_and_an_unknown_aggregation_are_refused()
    {
        Cdnet.AssertRefuses(["score", Cdnet.Data, "--evidence"], "--json or --out");
        Cdnet.AssertRefuses(["score", Cdnet.Data, "--aggregation", "median"], "most-suspicious-track, mean-of-faces, highest-face");
    }

    [TestMethod]
    public void Pattern_and_parquet_work_together()
    {
        var (code, json, errors) = Cdnet.RunJson("score", Path.Combine(Cdnet.Data, "**", "*.png"), "--model", Cdnet.Model, "--out", _folder.File("scores.parquet"), "--json");

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(20, json.GetProperty("files").GetInt32());
        Assert.IsTrue(RowFormat.Of("x.parquet").Read<ScoreRow>(_folder.File("scores.parquet")).All(row => row.Score is not null));
    }

    /// <summary>Files that a stopped run has done.</summary>
    private static int Done(string output) => File.ReadLines(output + ".journal").Count() - 1;

    /// <summary>Waits until a run has written some lines: it keeps others from reading them.</summary>
    private static void WaitForLines(Process process, string output)
    {
        var journal = new FileInfo(output + ".journal");
        while (!process.HasExited && (!journal.Exists || journal.Length < 5_000))
        {
            Thread.Sleep(1);
            journal.Refresh();
        }
    }
}
