using System.Diagnostics;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace CDNet.Cli.Tests.Cluster;

/// <summary>The manifest of the Indexed Job, by the rules of batch/v1 that the API server would apply, and its command run as a pod would run it.</summary>
[TestClass]
public sealed class KubernetesJobTests
{
    private static readonly object Job = new DeserializerBuilder().Build().Deserialize<object>(File.ReadAllText(Path.Combine(ChildProcess.Repository, "cluster", "kubernetes", "score-job.yaml")))!;
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Manifest_keeps_the_rules_of_an_indexed_job()
    {
        Assert.AreEqual("batch/v1", Text("apiVersion"));
        Assert.AreEqual("Job", Text("kind"));
        Assert.MatchesRegex(DnsLabel(), Text("metadata/name"));
        Assert.AreEqual("Indexed", Text("spec/completionMode"));
        var completions = Number("spec/completions");
        Assert.IsTrue(Number("spec/parallelism") is >= 1 and var side && side <= completions);
        // These two need each other, and completionMode Indexed.
        Assert.IsGreaterThanOrEqualTo(0, Number("spec/backoffLimitPerIndex"));
        Assert.IsTrue(Number("spec/maxFailedIndexes") is >= 0 and var failed && failed <= completions);
        // podFailurePolicy needs restartPolicy Never.
        Assert.AreEqual("Never", Text("spec/template/spec/restartPolicy"));
        Assert.AreEqual($"{completions}", Regex.Match(Command(), @"--shards (\d+)").Groups[1].Value, "every index has a share and every share an index");
    }

    [TestMethod]
    public void Rules_for_failures_name_the_container_and_codes_of_the_command_line()
    {
        var container = Text("spec/template/spec/containers/0/name");
        foreach (var rule in List("spec/podFailurePolicy/rules"))
        {
            var conditions = (Dictionary<object, object>)rule;
            CollectionAssert.Contains(new[] { "Ignore", "FailJob", "FailIndex", "Count" }, conditions["action"]);
            Assert.IsTrue(conditions.ContainsKey("onExitCodes") != conditions.ContainsKey("onPodConditions"), "one of the two");
            if (!conditions.TryGetValue("onExitCodes", out var codes))
                continue;
            Assert.AreEqual(container, ((Dictionary<object, object>)codes)["containerName"]);
            CollectionAssert.Contains(new[] { "In", "NotIn" }, ((Dictionary<object, object>)codes)["operator"]);
            // 0 is refused by the server; 2 is wrong usage or input.
            CollectionAssert.AreEqual(new object[] { "2" }, ((List<object>)((Dictionary<object, object>)codes)["values"]).ToArray());
        }
    }

    [TestMethod]
    public void Every_mount_has_a_volume_and_what_is_written_is_mounted_writable()
    {
        var volumes = List("spec/template/spec/volumes").Select(volume => (string)((Dictionary<object, object>)volume)["name"]).ToArray();
        var mounts = List("spec/template/spec/containers/0/volumeMounts").Cast<Dictionary<object, object>>().ToArray();

        CollectionAssert.AreEquivalent(volumes, mounts.Select(mount => (string)mount["name"]).ToArray());
        Assert.IsFalse(mounts.Single(mount => (string)mount["mountPath"] == "/out").ContainsKey("readOnly"));
        foreach (var name in volumes.Append(Text("spec/template/spec/containers/0/name")))
            Assert.MatchesRegex(DnsLabel(), name);
        Assert.MatchesRegex(@"^\d+(\.\d+)?(Mi|Gi)$", Text("spec/template/spec/containers/0/resources/limits/memory"));
    }

    [TestMethod]
    public void Pods_with_their_index_score_what_one_machine_scores()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("runs a shell");
        var data = _folder.File("data");
        TestPictures.WriteLabeledSet(data, 24);
        Assert.AreEqual(0, Cdnet.Run(["score", data, "--model", Cdnet.Model, "--batch", "1", "--out", _folder.File("alone.csv")]).Code);
        // Three pods are as good as eight.
        var command = Command().Replace("--shards 8", "--shards 3", StringComparison.Ordinal).Replace("/data", data, StringComparison.Ordinal)
            .Replace("/out", _folder.File("out"), StringComparison.Ordinal).Replace("cdnet score", $"dotnet '{Cdnet.Program}' score --model '{Cdnet.Model}' --batch 1", StringComparison.Ordinal);

        for (var index = 0; index < 3; index++)
        {
            var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardError = true, RedirectStandardOutput = true };
            start.Environment["JOB_COMPLETION_INDEX"] = $"{index}";
            using var pod = Process.Start(start)!;
            var (output, errors) = (pod.StandardOutput.ReadToEndAsync(), pod.StandardError.ReadToEnd());
            pod.WaitForExit();
            Assert.AreEqual(0, pod.ExitCode, errors + output.Result);
        }

        Assert.AreEqual(0, Cdnet.Run(["score", "merge", .. Directory.GetFiles(_folder.File("out"), "scores-*.csv"), "--out", _folder.File("merged.csv")]).Code);
        Assert.AreEqual(File.ReadAllText(_folder.File("alone.csv")), File.ReadAllText(_folder.File("merged.csv")));
    }

    private static string Command()
    {
        var command = List("spec/template/spec/containers/0/command");
        CollectionAssert.AreEqual(new object[] { "/bin/sh", "-c" }, command.Take(2).ToArray());
        return (string)command[2];
    }

    private static string Text(string path) => (string)Find(path);

    private static int Number(string path) => int.Parse(Text(path), System.Globalization.CultureInfo.InvariantCulture);

    private static List<object> List(string path) => (List<object>)Find(path);

    private static object Find(string path)
        => path.Split('/').Aggregate(Job, (node, name) => node is List<object> list ? list[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] : ((Dictionary<object, object>)node)[name]);

    private static Regex DnsLabel() => new("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$");
}
