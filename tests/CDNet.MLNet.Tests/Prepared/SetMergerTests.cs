using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Prepared;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Prepared;

[TestClass]
public sealed class SetMergerTests
{
    private readonly TempFolder _folder = new();

    [TestInitialize]
    public void PrepareShards()
    {
        using var none = TestPictures.Draw(128, 128, 99);
        TestPictures.WriteLabeledSet(_folder.File("data"), 16);
        TestPictures.Save(none, _folder.File("data/real/none.png"));
        for (var shard = 0; shard < 3; shard++)
            Prepare(new Shard(shard, 3), $"shard{shard}");
    }

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Merged_shards_are_the_whole_set()
    {
        Prepare(Shard.Whole, "whole");

        var report = SetMerger.Merge(Folders(0, 1, 2), _folder.File("merged"));

        CollectionAssert.AreEquivalent(PreparedRows.Of(_folder.File("whole")), PreparedRows.Of(_folder.File("merged")));
        Assert.AreEqual((17, 17L, 1L), (report.Pictures, report.Rows, report.RowsWithoutFace));
        Assert.AreEqual("real/none.png", report.Problems.Single().Path);
        Assert.IsTrue(File.Exists(_folder.File("merged/contact-sheet.png")));
    }

    [TestMethod]
    public void Shards_in_one_folder_are_a_set_without_a_merge()
    {
        for (var shard = 0; shard < 3; shard++)
            Prepare(new Shard(shard, 3), "together");

        Assert.AreEqual(17, PreparedSet.Open(_folder.File("together")).Load().GetRowCount());
    }

    [TestMethod]
    public void Frames_of_one_source_video_are_in_one_shard()
    {
        var sources = Enumerable.Range(0, 3).Select(shard => SourceVideos($"shard{shard}")).ToArray();

        Assert.AreEqual(17, sources.Sum(of => of.Length));
        Assert.AreEqual(17, sources.SelectMany(of => of).Distinct().Count());
        Assert.IsTrue(sources.All(of => of.Length > 0));
    }

    [TestMethod]
    public void Missing_and_doubled_shards_are_refused_and_nothing_is_written()
    {
        AssertRefused(Folders(0, 2), "shard 1/3 is missing");
        AssertRefused(Folders(0, 1), "shard 2/3 is missing");
        CopyFolder("shard1", "copy");
        AssertRefused([.. Folders(0, 1, 2), _folder.File("copy")], "shard 1/3 is doubled", _folder.File("copy"));
    }

    [TestMethod]
    public void Unfinished_damaged_and_foreign_shards_are_refused_by_name()
    {
        var part = Directory.GetFiles(_folder.File("shard1"), "*.idv").Single();
        var bytes = File.ReadAllBytes(part);
        bytes[100] ^= 1;
        File.WriteAllBytes(part, bytes);
        AssertRefused(Folders(0, 1, 2), part, "SHA-256");
        File.Delete(Path.ChangeExtension(part, ".json"));
        AssertRefused(Folders(0, 1, 2), "shard 1/3 is not finished");

        TestPictures.WriteLabeledSet(_folder.File("data"), 18);
        Prepare(new Shard(1, 3), "other");
        AssertRefused([.. Folders(0, 2), _folder.File("other")], "other", "the list of files");
    }

    [TestMethod]
    public void Merge_that_was_cancelled_goes_on()
    {
        using var cancel = new CancellationTokenSource();
        var watching = new ToldAtOnce<double>(share => { if (share > 0.6) cancel.Cancel(); });
        Assert.ThrowsExactly<OperationCanceledException>(() => SetMerger.Merge(Folders(0, 1, 2), _folder.File("merged"), watching, cancel.Token));
        Assert.IsFalse(PreparedSet.IsIn(_folder.File("merged")), "half a merge is no set");

        SetMerger.Merge(Folders(0, 1, 2), _folder.File("merged"));

        Assert.AreEqual(17, PreparedSet.Open(_folder.File("merged"), isThorough: true).Load().GetRowCount());
    }

    private void AssertRefused(string[] folders, params string[] words)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => SetMerger.Merge(folders, _folder.File("merged")));
        foreach (var word in words)
            StringAssert.Contains(error.Message, word);
        Assert.IsFalse(Directory.Exists(_folder.File("merged")));
    }

    private void Prepare(Shard shard, string output) => SetPreparer.Run(
        PictureSet.Open(_folder.File("data")), _folder.File(output),
        new PrepareOptions { Crops = new FacePartCropOptions { Detector = MarkerDetector.Create() }, Shard = shard, Threads = 2 });

    private string[] SourceVideos(string folder) => [.. Directory.GetFiles(_folder.File(folder), "*.idv")
        .SelectMany(file => new MLContext().Data.LoadFromBinary(file).GetColumn<string>(PreparedColumns.SourceVideo))];

    private string[] Folders(params int[] shards) => [.. shards.Select(shard => _folder.File($"shard{shard}"))];

    private void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(_folder.File(from)))
            File.Copy(file, _folder.File($"{to}/{Path.GetFileName(file)}"));
    }
}
