using System.Diagnostics;
using System.Text.Json;

namespace CDNet.Cli.Tests;

/// <summary>Runs the command line as a process, and a model that it trained once for all tests.</summary>
[TestClass]
public static class Cdnet
{
    private static readonly TempFolder Folder = new();

    /// <summary>20 drawn pictures in real/ and fake/.</summary>
    public static string Data { get; } = Folder.File("data");

    /// <summary>A detector for them.</summary>
    public static string Detector { get; } = Folder.File("marker.onnx");

    /// <summary>A model trained on them.</summary>
    public static string Model { get; } = Folder.File("model.zip");

    /// <summary>What its training printed.</summary>
    public static (int Code, string Output, string Errors) Training { get; private set; }

    public static string Program { get; } = ChildProcess.Find("src/CDNet.Cli", "cdnet");

    [AssemblyInitialize]
    public static void Train(TestContext _)
    {
        Directory.CreateDirectory(Data);
        TestPictures.WriteLabeledSet(Data, 20);
        MarkerDetector.Create().Save(Detector);
        Training = Run("train", "--data", Data, "--out", Model, "--detector", Detector, "--epochs-stage1", "1", "--epochs-stage2", "1", "--batch", "4", "--json");
    }

    [AssemblyCleanup]
    public static void RemoveFolder() => Folder.Dispose();

    public static (int Code, string Output, string Errors) Run(params string[] arguments) => ChildProcess.Run(Program, arguments);

    /// <summary>Runs it and reads what it printed, which must be one JSON document.</summary>
    public static (int Code, JsonElement Json, string Errors) RunJson(params string[] arguments)
    {
        var (code, output, errors) = Run(arguments);
        return (code, JsonDocument.Parse(output).RootElement, errors);
    }

    /// <summary>Runs it where no file may grow beyond a size, as on a full disk. Not on Windows.</summary>
    /// <param name="kilobytes">The size.</param>
    /// <param name="arguments">The arguments.</param>
    public static (int Code, string Errors) RunWithFileLimit(long kilobytes, params string[] arguments)
    {
        var quoted = string.Join(' ', arguments.Select(argument => $"'{argument}'"));
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"ulimit -f {kilobytes}; exec dotnet '{Program}' {quoted}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            // The runtime would count its own memory for machine code as a file.
            Environment = { ["DOTNET_EnableDiagnostics"] = "0", ["DOTNET_EnableWriteXorExecute"] = "0" },
        })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }

    /// <summary>Asserts that it refuses: exit code 2, nothing on standard output, and one line with all these words behind any progress.</summary>
    public static void AssertRefuses(string[] arguments, params string[] words)
    {
        var (code, output, errors) = Run(arguments);
        Assert.AreEqual(2, code, errors);
        Assert.AreEqual("", output);
        var said = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Cutting out faces", StringComparison.Ordinal)).ToArray();
        Assert.HasCount(1, said, errors);
        foreach (var word in words)
            StringAssert.Contains(said[0], word);
    }
}
