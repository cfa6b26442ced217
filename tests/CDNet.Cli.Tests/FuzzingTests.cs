using System.Globalization;
using System.Text.RegularExpressions;

namespace CDNet.Cli.Tests;

/// <summary>A short run of the fuzzer over every reader, in a process of its own: a crash of a native library would end it. docs/reliability.md has the long ones.</summary>
[TestClass]
public sealed class FuzzingTests
{
    // Reader, executions, seconds, a second, outcomes, branches.
    private static readonly Regex BranchesOfRow = new(@"^\| [a-z0-9-]+ \|(?: [\d.,]+ \|){4} ([^|]+) \|", RegexOptions.Multiline);

    [TestMethod]
    [DataRow("parsers", 1000, "--coverage")]
    [DataRow("slow", 40)]
    public void No_input_ends_but_as_is_documented_nor_hangs_nor_takes_more_memory_than_stated(string readers, int executions, params string[] more)
    {
        using var folder = new TempFolder();
        var program = ChildProcess.Find("tests/CDNet.MLNet.Fuzzing", "CDNet.MLNet.Fuzzing");

        var (code, output, errors) = ChildProcess.Run(program, [readers, "--executions", $"{executions}", "--seconds", "10", "--seed", "7", "--out", folder.Path, .. more], timeoutSeconds: 400);

        Assert.AreEqual(0, code, errors + output);
        StringAssert.Contains(output, "0 finds");
        var rows = BranchesOfRow.Matches(output);
        Assert.IsNotEmpty(rows);
        foreach (Match row in rows)
            Assert.AreEqual(more.Length > 0, int.TryParse(row.Groups[1].Value, CultureInfo.InvariantCulture, out var branches) && branches > 10, row.Value);
    }
}
