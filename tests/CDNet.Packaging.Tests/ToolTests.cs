using System.Text.Json;

namespace CDNet.Packaging.Tests;

/// <summary>The .NET tool, installed from the feed once.</summary>
[TestClass]
public sealed class ToolTests
{
    private static string _folder = "";

    [ClassInitialize]
    public static void Install(TestContext _)
    {
        _folder = Feed.NewFolder("tool");
        Shell.Do(_folder, "dotnet", "tool", "install", "cdnet", "--tool-path", "bin");
    }

    [TestMethod]
    public void Installed_tool_scores_photographs()
    {
        var (code, output, errors) = Run("score", Path.GetDirectoryName(Feed.Portrait)!, "--json");

        Assert.AreEqual(0, code, errors);
        var rows = JsonDocument.Parse(output).RootElement.GetProperty("rows").EnumerateArray().ToDictionary(row => Path.GetFileName(row.GetProperty("path").GetString()!));
        Assert.AreEqual(Feed.Expected.Score, rows["astronaut.jpg"].GetProperty("score").GetSingle(), 1e-5f);
        Assert.AreEqual("noface", rows["rocket.jpg"].GetProperty("verdict").GetString());
    }

    [TestMethod]
    public void Tool_reads_videos_with_the_library_inside_it()
    {
        File.WriteAllText(Path.Combine(_folder, "text.mp4"), "this is no video");

        var (code, output, _) = Run("score", "text.mp4", "--json");

        Assert.AreEqual(1, code);
        var error = JsonDocument.Parse(output).RootElement.GetProperty("rows")[0].GetProperty("error").GetString()!;
        StringAssert.Contains(error, "text.mp4");
        Assert.IsFalse(error.Contains("native library", StringComparison.Ordinal), error);
    }

    [TestMethod]
    public void Tool_scores_a_real_clip()
    {
        var (code, output, errors) = Run("score", SharedData.Require("videos/004.mp4"), "--frames", "2", "--json");

        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(2, JsonDocument.Parse(output).RootElement.GetProperty("videos")[0].GetProperty("framesWithFace").GetInt32());
    }

    [TestMethod]
    public void Tool_draws_a_report_and_knows_the_manifests()
    {
        Assert.AreEqual(0, Run("score", Feed.Portrait, "--report", "report.html").Code);
        StringAssert.Contains(File.ReadAllText(Path.Combine(_folder, "report.html")), "astronaut.jpg");
        StringAssert.Contains(Run("data", "list").Output, "faceforensics-c23");
    }

    [TestMethod]
    public void Tool_says_where_to_train_instead()
    {
        foreach (var command in (string[][])[["train", "--data", "faces", "--out", "model.zip"], ["experiment", "table.json", "--out", "table"]])
        {
            var (code, _, errors) = Run(command);
            Assert.AreEqual(2, code, errors);
            StringAssert.Contains(errors, "comes without libtorch");
            StringAssert.Contains(errors, "CDNet.MLNet.Torch");
        }
    }

    private static (int Code, string Output, string Errors) Run(params string[] arguments) => Shell.Run(_folder, Path.Combine(_folder, "bin", "cdnet"), arguments);
}
