using CDNet.Cli.Scores;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Tests.Scores;

[TestClass]
public sealed class ScoreMergerTests
{
    private static readonly ScoreRun Run = new("model.zip", new string('a', 64), 32, "0/1", new string('b', 64));

    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow(".csv")]
    [DataRow(".jsonl")]
    [DataRow(".parquet")]
    public void Shares_become_the_bytes_of_one_machine(string extension)
    {
        var whole = Write("whole" + extension, Shard.Whole);
        var shares = Enumerable.Range(0, 4).Select(i => Write("scores" + extension, new Shard(i, 4))).ToArray();

        var run = ScoreMerger.Merge([shares[2], shares[0], shares[3], shares[1]], _folder.File("merged" + extension));

        CollectionAssert.AreEqual(File.ReadAllBytes(whole), File.ReadAllBytes(_folder.File("merged" + extension)));
        CollectionAssert.AreEqual(File.ReadAllBytes(ScoreRun.VideosName(whole)), File.ReadAllBytes(ScoreRun.VideosName(_folder.File("merged" + extension))));
        Assert.AreEqual(File.ReadAllText(ScoreRun.NameOf(whole)), File.ReadAllText(ScoreRun.NameOf(_folder.File("merged" + extension))));
        Assert.AreEqual((50L, 75L), (run.Files, run.Rows));
        Assert.IsTrue(shares.All(share => new FileInfo(share).Length < new FileInfo(whole).Length));
    }

    [TestMethod]
    public void What_is_no_whole_is_refused_and_nothing_is_written()
    {
        var shares = Enumerable.Range(0, 3).Select(i => Write("scores.csv", new Shard(i, 3))).ToArray();
        var ofTwo = Write("two.csv", new Shard(1, 2));
        var otherModel = Write("model.csv", new Shard(1, 3), Run with { Model = "other.zip", ModelSha256 = new string('c', 64) });
        var otherList = Write("list.csv", new Shard(1, 3), Run with { InputsSha256 = new string('d', 64) });

        Refuses("2 of 3 shares are missing: 0/3, 2/3", shares[1]);
        Refuses("Share 1/3 is there twice", shares[0], shares[1], shares[2], shares[1]);
        Refuses("is share 1/2", shares[0], ofTwo);
        Refuses("the model other.zip", shares[0], otherModel, shares[2]);
        Refuses("a share of another list", shares[0], otherList, shares[2]);
        File.WriteAllText(shares[1], File.ReadAllText(shares[1])[..200]);
        Refuses($"{shares[1]}: not the file", shares);
        File.Delete(ScoreRun.NameOf(shares[1]));
        Refuses("there is no such file; it says what made", shares);
    }

    [TestMethod]
    public void Share_that_cannot_be_read_is_told_as_such_whatever_the_format_of_the_whole()
    {
        var share = _folder.File("scores.csv");
        File.WriteAllText(share, "path,frame\nx.jpg,no number\n");
        (Run with { Shard = $"{Shard.Whole}" }).WriteFor(share);

        foreach (var extension in new[] { ".csv", ".jsonl", ".parquet" })
        {
            var error = Assert.ThrowsExactly<InvalidDataException>(() => ScoreMerger.Merge([share], _folder.File("merged" + extension)), extension);
            StringAssert.Contains(error.Message, share);
        }
    }

    private void Refuses(string words, params string[] shares)
    {
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => ScoreMerger.Merge(shares, _folder.File("merged.csv"))).Message, words);
        Assert.IsEmpty(Directory.GetFiles(_folder.Path, "merged*"));
    }

    private string Write(string name, Shard shard, ScoreRun? run = null)
    {
        var path = ScoreRun.ShardName(_folder.File(name), shard);
        using var journal = ScoreJournal.Open(path, (run ?? Run) with { Shard = $"{shard}" }, isResumed: false);
        // Not in the order of the result.
        for (var i = 49; i >= 0; i--)
        {
            var file = $"folder/{i * 37 % 50}, odd \"name\".jpg";
            if (!shard.Has(file))
                continue;
            var rows = Enumerable.Range(0, 1 + i % 2).Select(face => new ScoreRow { Path = file, Face = face, Score = i / 7f, Verdict = "real" });
            journal.Add(new ScoredFile(file, [.. rows], i % 5 == 0 ? new VideoRow { Path = file, Frames = i } : null));
        }
        journal.Finish();
        return path;
    }
}
