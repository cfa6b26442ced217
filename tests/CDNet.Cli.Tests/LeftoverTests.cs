using System.Diagnostics;
using System.IO.Compression;

namespace CDNet.Cli.Tests;

/// <summary>What commands leave behind when they are stopped in the middle, or cannot write.</summary>
[TestClass]
public sealed class LeftoverTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("score")]
    [DataRow("evaluate")]
    [DataRow("prepare")]
    [DataRow("train")]
    public void Command_that_is_stopped_in_the_middle_leaves_no_temporary_file_behind(string command)
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("sends a signal");
        TestPictures.WriteLabeledSet(_folder.File("data"), 100);
        var (temp, output) = (Directory.CreateDirectory(_folder.File("tmp")).FullName, _folder.File("out/result"));
        string[] arguments = command switch
        {
            "score" => ["score", _folder.File("data"), "--model", Cdnet.Model, "--out", output + ".csv"],
            "evaluate" => ["evaluate", "--model", Cdnet.Model, "--data", _folder.File("data"), "--json"],
            "prepare" => ["prepare", "--data", _folder.File("data"), "--out", _folder.File("out"), "--detector", Cdnet.Detector, "--part-rows", "5"],
            _ => ["train", "--data", _folder.File("data"), "--out", output + ".zip", "--detector", Cdnet.Detector, "--epochs-stage1", "50", "--epochs-stage2", "50"],
        };
        using var process = ChildProcess.Start(Cdnet.Program, arguments, new Dictionary<string, string> { ["TMPDIR"] = temp, ["DOTNET_EnableDiagnostics"] = "0" });
        var (said, printed) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        // The first sign of work: a temporary file of the model, or something in the output's folder.
        var clock = Stopwatch.StartNew();
        while (!process.HasExited && clock.Elapsed < TimeSpan.FromMinutes(1) && !IsWorking(command, temp))
            Thread.Sleep(5);
        ChildProcess.Interrupt(process);
        process.WaitForExit();

        // A fast machine may have been through by then.
        Assert.IsTrue(process.ExitCode is 3 or 0, $"{process.ExitCode}: {said.Result}{printed.Result}");
        Assert.IsEmpty(Directory.GetFileSystemEntries(temp), string.Join(", ", Directory.GetFileSystemEntries(temp)));
        string[] unfinished = [.. Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(path => path.EndsWith(".partial", StringComparison.Ordinal) || path.EndsWith(".tmp", StringComparison.Ordinal) || path.EndsWith(".lock", StringComparison.Ordinal))];
        Assert.IsEmpty(unfinished, string.Join(", ", unfinished));
    }

    [TestMethod]
    public void Full_disk_is_a_clear_error_with_the_path()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("limits the size of files with ulimit");

        // What ML.NET unpacks of the model fits, what is written does not: the zip is not compressed.
        var unpacked = _folder.File("unpacked");
        ZipFile.ExtractToDirectory(TinyModel.Write(_folder.File("tiny.zip"), _folder.File("train")), unpacked);
        var model = _folder.File("stored.zip");
        ZipFile.CreateFromDirectory(unpacked, model, CompressionLevel.NoCompression, includeBaseDirectory: false);
        var kilobytes = Directory.EnumerateFiles(unpacked, "*", SearchOption.AllDirectories).Max(file => new FileInfo(file).Length) / 1024 + 2;
        Assert.IsGreaterThan(1024 * kilobytes, new FileInfo(model).Length);
        // Long paths make many bytes of few pictures.
        var data = _folder.File(Path.Combine(new string('a', 200), new string('b', 200)));
        TestPictures.WriteLabeledSet(data, 200);

        AssertFails(kilobytes, ["models", "seal", model, "--out", _folder.File("sealed.zip")], _folder.File("sealed.zip"));
        AssertFails(kilobytes, ["score", data, "--model", model, "--out", _folder.File("scores.csv")], _folder.File("scores.csv"));

        Assert.IsFalse(File.Exists(_folder.File("sealed.zip")));
        Assert.IsFalse(File.Exists(_folder.File("scores.csv")));
        Assert.IsEmpty(Directory.GetFiles(_folder.Path, "*.partial"));
    }

    [TestMethod]
    public void Folder_that_must_not_be_written_to_is_a_clear_error_with_the_path()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("takes a folder in which even root must not write");
        const string folder = "/proc/self";

        Cdnet.AssertRefuses(["models", "seal", Cdnet.Model, "--out", $"{folder}/sealed.zip"], $"{folder}/sealed.zip");
        Cdnet.AssertRefuses(["export", "--model", Cdnet.Model, "--onnx", $"{folder}/scorer.onnx"], $"{folder}/scorer.onnx");
        Cdnet.AssertRefuses(["score", Cdnet.Data, "--model", Cdnet.Model, "--out", $"{folder}/scores.csv"], $"{folder}/scores.csv");
        Cdnet.AssertRefuses(["prepare", "--data", Cdnet.Data, "--out", $"{folder}/set", "--detector", Cdnet.Detector], $"{folder}/set");
    }

    private bool IsWorking(string command, string temp) => command is "score" or "evaluate"
        ? Directory.EnumerateFiles(temp, "*", SearchOption.AllDirectories).Any() && (command == "evaluate" || File.Exists(_folder.File("out/result.csv.journal")))
        : Directory.Exists(_folder.File("out")) && Directory.EnumerateFiles(_folder.File("out"), "*", SearchOption.AllDirectories).Any();

    private static void AssertFails(long kilobytes, string[] arguments, string path)
    {
        var (code, errors) = Cdnet.RunWithFileLimit(kilobytes, arguments);
        Assert.AreEqual(2, code, errors);
        StringAssert.Contains(errors, path);
        Assert.HasCount(1, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Scoring [", StringComparison.Ordinal)).ToArray(), errors);
    }
}
