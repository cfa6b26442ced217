namespace CDNet.Cli.Tests;

/// <summary>A short run of the fuzzer over every reader, in a process of its own: a crash of a native library would end it. docs/reliability.md has the long ones.</summary>
[TestClass]
public sealed class FuzzingTests
{
    [TestMethod]
    [DataRow("parsers", 1000)]
    [DataRow("slow", 40)]
    public void No_input_ends_but_as_is_documented_nor_hangs_nor_takes_more_memory_than_stated(string readers, int executions)
    {
        using var folder = new TempFolder();
        var program = ChildProcess.Find("tests/CDNet.MLNet.Fuzzing", "CDNet.MLNet.Fuzzing");

        var (code, output, errors) = ChildProcess.Run(program, [readers, "--executions", $"{executions}", "--seconds", "10", "--seed", "7", "--out", folder.Path], timeoutSeconds: 400);

        Assert.AreEqual(0, code, errors + output);
        StringAssert.Contains(output, "0 finds");
    }
}
