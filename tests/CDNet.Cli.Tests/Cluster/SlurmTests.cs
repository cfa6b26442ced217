using System.Diagnostics;

namespace CDNet.Cli.Tests.Cluster;

/// <summary>The job scripts on a real SLURM of this machine. Skipped where Debian's slurm-wlm and munge are not installed.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SlurmTests
{
    private const int Shares = 3;
    private readonly TempFolder _folder = new();
    private string _cluster = "";

    private static string Scripts { get; } = Path.Combine(ChildProcess.Repository, "cluster");

    private string Configuration => Path.Combine(_cluster, "slurm.conf");

    [TestInitialize]
    public void StartCluster()
    {
        string[] folders = ["/usr/sbin", "/usr/bin"];
        if (!OperatingSystem.IsLinux() || !new[] { "munged", "slurmctld", "slurmd", "sbatch" }.All(program => folders.Any(folder => File.Exists(Path.Combine(folder, program)))))
            Assert.Inconclusive("needs SLURM: apt-get install slurm-wlm munge");
        // A socket's path may have 107 characters.
        _cluster = Directory.CreateTempSubdirectory("slurm").FullName;
        var (code, output) = Shell($"'{Scripts}/local-slurm.sh' start '{_cluster}'");
        Assert.AreEqual(0, code, output);
    }

    [TestCleanup]
    public void StopCluster()
    {
        if (_cluster.Length > 0)
        {
            Shell($"'{Scripts}/local-slurm.sh' stop '{_cluster}'");
            Directory.Delete(_cluster, recursive: true);
        }
        _folder.Dispose();
    }

    [TestMethod]
    public void Array_with_a_killed_and_requeued_task_gives_the_bytes_of_one_machine()
    {
        var data = _folder.File("data");
        TestPictures.WriteLabeledSet(data, 30);
        // Alone, batch by batch of one: what is computed side by side may differ in the last bits.
        string[] score = [data, "--model", Cdnet.Model, "--batch", "1"];
        Assert.AreEqual(0, Cdnet.Run(["score", .. score, "--out", _folder.File("alone.csv")]).Code);
        var cdnet = KilledOnce("score", journal: "scores-00001-of-00003.csv.journal");

        Submit(cdnet, "score", score);

        Assert.IsTrue(File.Exists(_folder.File("killed-score")), "the task was not killed");
        Assert.AreEqual(File.ReadAllText(_folder.File("alone.csv")), File.ReadAllText(_folder.File("out/scores.csv")));
        Assert.IsEmpty(Directory.GetFiles(_folder.File("out"), "*.journal"));
    }

    [TestMethod]
    public void Prepared_set_of_an_array_is_that_of_one_machine()
    {
        TestPictures.WriteLabeledSet(_folder.File("data"), 30);
        string[] prepare = ["--data", _folder.File("data"), "--detector", Cdnet.Detector, "--part-rows", "2"];
        for (var i = 0; i < Shares; i++)
            Assert.AreEqual(0, Cdnet.Run(["prepare", .. prepare, "--out", _folder.File($"alone/shard-{i}"), "--shard", $"{i}/{Shares}"]).Code);
        Assert.AreEqual(0, Cdnet.Run(["prepare", "merge", .. Directory.GetDirectories(_folder.File("alone")), "--out", _folder.File("set")]).Code);
        var cdnet = KilledOnce("prepare", journal: "shard-00001/shard-00001-of-00003-part-00000.json");

        Submit(cdnet, "prepare", prepare);

        Assert.IsTrue(File.Exists(_folder.File("killed-prepare")), "the task was not killed");
        // Rows, not bytes: ML.NET's writer puts the blocks of a file into the order in which its threads finish them.
        CollectionAssert.AreEqual(PreparedRows.Of(_folder.File("set")), PreparedRows.Of(_folder.File("out/set")));
        CollectionAssert.AreEquivalent(Names("set"), Names("out/set"), "no file of the killed task is left");
    }

    [TestMethod]
    public void Wrong_use_of_the_scripts_says_how_to_use_them()
    {
        StringAssert.Contains(Shell($"'{Scripts}/submit.sh' score many '{_folder.File("out")}' x").Output, "SHARDS OUTDIR PATH");
        StringAssert.Contains(Shell($"'{Scripts}/local-slurm.sh' restart '{_folder.File("out")}'").Output, "start DIR");
    }

    private void Submit(string cdnet, string verb, string[] arguments)
    {
        var quoted = string.Join(' ', arguments.Select(argument => $"'{argument}'"));
        var (code, output) = Shell(
            $"export CDNET='{cdnet}'; merge=$('{Scripts}/submit.sh' {verb} {Shares} '{_folder.File("out")}' {quoted}) && for i in $(seq 600); do "
            + "state=$(scontrol show job $merge 2>/dev/null | grep -o 'JobState=[A-Z_]*'); case $state in *COMPLETED) exit 0 ;; *PENDING | *RUNNING | *COMPLETING) sleep 0.3 ;; *) break ;; esac; done; "
            + $"echo \"merge: $state\"; squeue; tail -n 5 '{_folder.File("out")}'/log-*.txt '{_cluster}'/*.log; exit 1");
        Assert.AreEqual(0, code, output);
    }

    /// <summary>A command that runs cdnet, but kills it once in task 1, as soon as a file shows that it has done something, and has the task queued again.</summary>
    private string KilledOnce(string verb, string journal)
    {
        var (script, killed, file) = (_folder.File($"cdnet-{verb}"), _folder.File($"killed-{verb}"), _folder.File("out/" + journal));
        File.WriteAllText(script, $"""
            #!/bin/bash
            if [ "$SLURM_ARRAY_TASK_ID" != 1 ] || [ -e '{killed}' ]; then
              exec dotnet '{Cdnet.Program}' "$@"
            fi
            dotnet '{Cdnet.Program}' "$@" &
            for i in $(seq 3000); do [ -s '{file}' ] && break; sleep 0.01; done
            kill -KILL $!
            touch '{killed}'
            scontrol requeue $SLURM_JOB_ID
            sleep 60
            """);
        Shell($"chmod +x '{script}'");
        return script;
    }

    private string[] Names(string folder) => [.. Directory.GetFiles(_folder.File(folder)).Select(file => Path.GetFileName(file))];

    private (int Code, string Output) Shell(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command + " 2>&1"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (_cluster.Length > 0)
            start.Environment["SLURM_CONF"] = Configuration;
        using var process = Process.Start(start)!;
        // The cluster's daemons would keep a pipe open: what they write goes to files.
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
