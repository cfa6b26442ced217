using CDNet.MLNet.Data;

namespace CDNet.MLNet.Tests.Data;

[TestClass]
public sealed class PictureSetTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Folder_with_real_and_fake()
    {
        Touch("real/a.jpg", "real/deeper/b.PNG", "fake/c.webp", "real/notes.txt");

        var set = PictureSet.Open(_folder.Path);

        CollectionAssert.AreEqual(new[] { false, false, true }, set.Pictures.Select(picture => picture.IsFake).ToArray());
        Assert.IsEmpty(set.SplitNames);
        Assert.HasCount(3, set.InSplit("test"), "data without splits is all of it");
    }

    [TestMethod]
    public void Folder_with_splits()
    {
        Touch("train/real/a.jpg", "train/fake/b.jpg", "val/real/c.jpg", "test/fake/d.jpg");

        var set = PictureSet.Open(_folder.Path);

        CollectionAssert.AreEqual(new[] { "train", "val", "test" }, set.SplitNames.ToArray());
        Assert.IsTrue(set.InSplit("test").Single().IsFake);
    }

    [TestMethod]
    public void Csv_with_all_columns_relative_to_its_own_folder()
    {
        var csv = Write("path,label,split,source_video\ntrain/a.jpg,Fake,train,v1\n\"b, c.jpg\",real,val,v2\n");

        var pictures = PictureSet.Open(csv).Pictures;

        Assert.AreEqual(new LabeledPicture(Path.Combine(_folder.Path, "train/a.jpg"), true, "train", "v1", Path.Combine(_folder.Path, "train/a.jpg")), pictures[0]);
        Assert.AreEqual(Path.Combine(_folder.Path, "b, c.jpg"), pictures[1].Path);
    }

    [TestMethod]
    public void Csv_with_a_root_and_without_optional_columns()
    {
        var csv = Write("label,path\nreal,x.jpg\n");

        var picture = PictureSet.Open(csv, "/data").Pictures.Single();

        Assert.AreEqual(("/data/x.jpg", "", "/data/x.jpg"), (picture.Path, picture.Split, picture.SourceVideo));
    }

    [TestMethod]
    public void Lines_without_a_path_or_a_label_are_reported_by_number()
    {
        var csv = Write("path,label\na.jpg,real\nb.jpg,NaN\n,fake\nc.jpg,\nd.jpg\ne.jpg,fake\n");

        var set = PictureSet.Open(csv);

        Assert.HasCount(2, set.Pictures);
        Assert.HasCount(4, set.Skipped);
        StringAssert.Contains(set.Skipped[0].Item, "line 3");
        StringAssert.Contains(set.Skipped[0].Reason, "'nan'");
        StringAssert.Contains(set.Skipped[1].Reason, "path is empty");
    }

    [TestMethod]
    public void Csv_without_the_label_column_is_refused_with_its_header()
        => AssertRefused(Write("path,score\na.jpg,1\n"), "no column label", "path, score");

    [TestMethod]
    public void Empty_csv_is_refused() => AssertRefused(Write(""), "empty");

    [TestMethod]
    public void Csv_without_a_usable_line_is_refused() => AssertRefused(Write("path,label\na.jpg,maybe\n"), "1 lines were left out");

    [TestMethod]
    public void Binary_file_as_csv_is_refused() => AssertRefused(WriteBytes([0, 1, 2, 3, 255, 10, 13, 0]), "no column path");

    [TestMethod]
    public void Folder_without_pictures_is_refused() => AssertRefused(_folder.Path, "no pictures", "real/ and fake/");

    [TestMethod]
    public void Missing_data_is_refused()
    {
        var error = Assert.ThrowsExactly<FileNotFoundException>(() => PictureSet.Open(_folder.File("nowhere")));
        StringAssert.Contains(error.Message, "no such folder");
    }

    [TestMethod]
    public void Split_that_is_not_there_is_refused_with_those_that_are()
    {
        Touch("train/real/a.jpg", "train/fake/b.jpg");

        var error = Assert.ThrowsExactly<InvalidDataException>(() => PictureSet.Open(_folder.Path).InSplit("test"));

        StringAssert.Contains(error.Message, "it has train");
    }

    private void Touch(params string[] names)
    {
        foreach (var name in names)
            File.WriteAllText(_folder.File(name), "");
    }

    private string Write(string text) => WriteBytes(System.Text.Encoding.UTF8.GetBytes(text));

    private string WriteBytes(byte[] bytes)
    {
        var path = _folder.File("list.csv");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static void AssertRefused(string path, params string[] words)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => PictureSet.Open(path));
        StringAssert.Contains(error.Message, path);
        foreach (var word in words)
            StringAssert.Contains(error.Message, word);
    }
}
