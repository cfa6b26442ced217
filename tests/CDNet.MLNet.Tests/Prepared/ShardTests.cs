using CDNet.MLNet.Prepared;

namespace CDNet.MLNet.Tests.Prepared;

[TestClass]
public sealed class ShardTests
{
    [TestMethod]
    public void Source_videos_spread_by_a_published_hash_each_into_one_shard()
    {
        // xxHash's published value of XXH64("a") with seed 0.
        const ulong hash = 0xD24EC4F1A98C6E5B;
        Assert.IsTrue(new Shard((int)(hash % 7), 7).Has("a"));

        var counts = Enumerable.Range(0, 8).Select(index => new Shard(index, 8)).Select(shard => Enumerable.Range(0, 800).Count(video => shard.Has($"{video:000}.mp4"))).ToArray();
        Assert.AreEqual(800, counts.Sum(), "each in one and only one");
        Assert.IsTrue(counts.All(count => count is > 60 and < 140), string.Join(' ', counts));
    }

    [TestMethod]
    [DataRow("0/1", 0, 1)]
    [DataRow("7/8", 7, 8)]
    public void Text_is_read(string text, int index, int count) => Assert.AreEqual(new Shard(index, count), Shard.Parse(text));

    [TestMethod]
    [DataRow("8/8")]
    [DataRow("-1/8")]
    [DataRow("1")]
    [DataRow("1/0")]
    [DataRow("a/b")]
    [DataRow("1/2/3")]
    public void Other_text_is_refused(string text) => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Shard.Parse(text)).Message, text);

    [TestMethod]
    [DataRow("5", "5", "8", "1", "4", 0)]
    [DataRow("8", "5", "8", "1", "4", 3)]
    [DataRow("7", "1", "10", "3", "4", 2)]
    public void Slurm_arrays_may_start_anywhere_and_step(string task, string min, string max, string step, string count, int expected)
    {
        var shard = Shard.FromEnvironment(Variables(
            ("SLURM_ARRAY_TASK_ID", task), ("SLURM_ARRAY_TASK_MIN", min), ("SLURM_ARRAY_TASK_MAX", max), ("SLURM_ARRAY_TASK_STEP", step), ("SLURM_ARRAY_TASK_COUNT", count)));

        Assert.AreEqual(new Shard(expected, 4), shard);
    }

    [TestMethod]
    public void Slurm_array_with_gaps_or_without_a_count_is_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Shard.FromEnvironment(Variables(
            ("SLURM_ARRAY_TASK_ID", "5"), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_MAX", "6"), ("SLURM_ARRAY_TASK_COUNT", "3"))));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Shard.FromEnvironment(Variables(("SLURM_ARRAY_TASK_ID", "5")))).Message, "SLURM_ARRAY_TASK_COUNT");
    }

    [TestMethod]
    public void Kubernetes_needs_a_count()
    {
        Assert.AreEqual(new Shard(2, 5), Shard.FromEnvironment(Variables(("JOB_COMPLETION_INDEX", "2")), count: 5));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Shard.FromEnvironment(Variables(("JOB_COMPLETION_INDEX", "2")))).Message, "--shards");
        Assert.ThrowsExactly<ArgumentException>(() => Shard.FromEnvironment(Variables(("JOB_COMPLETION_INDEX", "x")), count: 5));
        Assert.IsNull(Shard.FromEnvironment(Variables()));
    }

    private static Func<string, string?> Variables(params (string Name, string Value)[] variables)
        => name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault();
}
