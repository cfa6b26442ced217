namespace CDNet.Packaging.Tests;

/// <summary>What the README promises to who starts in an empty folder.</summary>
[TestClass]
public sealed class FirstVerdictTests
{
    [TestMethod]
    public void Ten_lines_and_two_commands_of_the_README_give_a_verdict()
    {
        var (code, commands) = FromReadme("## From an empty folder");
        Assert.IsLessThanOrEqualTo(10, code.Length);
        Assert.HasCount(2, commands);
        var folder = Feed.NewFolder("first-verdict");
        File.WriteAllLines(Path.Combine(folder, "verdict.cs"), code);
        File.Copy(Feed.Portrait, Path.Combine(folder, "photo.jpg"));

        Shell.Do(folder, "bash", "-c", commands[0]);
        StringAssert.Contains(Shell.Do(folder, "bash", "-c", commands[1]), $"photo.jpg: {Feed.Expected.Verdict} {Feed.Expected.Probability:P1}");
    }

    [TestMethod]
    public void Program_compiled_ahead_of_time_is_refused_with_the_line_that_helps()
    {
        var folder = Feed.NewFolder("ahead-of-time");
        File.WriteAllText(Path.Combine(folder, "verdict.cs"), $"#:package CDNet.MLNet@{Feed.Version}\nConsole.WriteLine(CDNet.MLNet.Scoring.CDNetModel.DefaultName);\n");

        var (code, output, errors) = Shell.Run(folder, "dotnet", "run", "verdict.cs");

        Assert.AreNotEqual(0, code);
        StringAssert.Contains(output + errors, "#:property PublishAot=false");
    }

    /// <summary>The first block of code and the first block of commands behind a heading, without empty lines and comments.</summary>
    private static (string[] Code, string[] Commands) FromReadme(string heading)
    {
        var lines = File.ReadAllLines(Path.Combine(Feed.Repository, "README.md")).SkipWhile(line => line != heading).ToArray();
        Assert.IsNotEmpty(lines, $"README.md has no {heading}");
        string[] Block(string language) => [.. lines.SkipWhile(line => line != "```" + language).Skip(1).TakeWhile(line => line != "```").Where(line => line.Length > 0)];
        return (Block("csharp"), [.. Block("bash").Select(line => line.Split('#')[0].Trim())]);
    }
}
