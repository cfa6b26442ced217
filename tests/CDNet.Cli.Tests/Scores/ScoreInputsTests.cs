using CDNet.Cli.Scores;

namespace CDNet.Cli.Tests.Scores;

[TestClass]
public sealed class ScoreInputsTests
{
    private static readonly string[] Extensions = [".jpg", ".mp4"];

    private readonly TempFolder _folder = new();

    [TestInitialize]
    public void Write()
    {
        foreach (var name in new[] { "a/1.jpg", "a/2.JPG", "a/deep/3.jpg", "a/deep/clip.mp4", "a/notes.txt", "b/4.jpg", "b/odd*name.jpg" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
            File.WriteAllText(_folder.File(name), "");
        }
        Directory.CreateDirectory(_folder.File("empty"));
    }

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Folders_are_searched_and_files_taken_as_they_are()
        => AssertFiles(Of("b/4.jpg", "a", "a/notes.txt", "missing.jpg"), "b/4.jpg", "a/1.jpg", "a/2.JPG", "a/deep/3.jpg", "a/deep/clip.mp4", "a/notes.txt", "missing.jpg");

    [TestMethod]
    [DataRow("a/*.jpg", "a/1.jpg")]
    [DataRow("a/**/*.jpg", "a/1.jpg,a/deep/3.jpg")]
    [DataRow("*/deep/*", "a/deep/3.jpg,a/deep/clip.mp4")]
    [DataRow("**/clip.*", "a/deep/clip.mp4")]
    public void Patterns_are_what_fits_them(string pattern, string expected) => AssertFiles(Of(pattern), expected.Split(','));

    [TestMethod]
    public void File_whose_name_looks_like_a_pattern_is_itself() => AssertFiles(Of("b/odd*name.jpg"), "b/odd*name.jpg");

    [TestMethod]
    public void Lines_of_standard_input_are_paths_too()
    {
        var lines = new StringReader($"{_folder.File("a/1.jpg")}\n\n{_folder.File("b")}\r\n{_folder.File("a/deep/*.mp4")}");

        AssertFiles(ScoreInputs.Of([_folder.File("b/4.jpg"), "-"], Extensions, lines), "b/4.jpg", "a/1.jpg", "b/odd*name.jpg", "a/deep/clip.mp4");
    }

    [TestMethod]
    public void What_names_nothing_is_said()
    {
        var inputs = Of("empty", "a/*.png", "a/1.jpg", "nowhere/*.jpg");

        AssertFiles(inputs, "a/1.jpg");
        CollectionAssert.AreEqual(new[] { "empty", "a/*.png", "nowhere/*.jpg" }.Select(_folder.File).ToArray(), inputs.Empty.Select(item => item.Item).ToArray());
        StringAssert.Contains(inputs.Empty[0].Reason, "no pictures and no videos (.jpg, .mp4) in this folder");
        StringAssert.Contains(inputs.Empty[1].Reason, "no file fits this pattern");
    }

    [TestMethod]
    public void Hash_tells_lists_apart_whatever_their_order()
    {
        Assert.AreEqual(Of("a/1.jpg", "b/4.jpg").Hash(), Of("b/4.jpg", "a/1.jpg", "b/4.jpg").Hash());
        Assert.AreNotEqual(Of("a/1.jpg", "b/4.jpg").Hash(), Of("b/4.jpg").Hash());
    }

    private ScoreInputs Of(params string[] paths) => ScoreInputs.Of(paths.Select(_folder.File), Extensions, TextReader.Null);

    private void AssertFiles(ScoreInputs inputs, params string[] expected)
        => CollectionAssert.AreEqual(expected.Select(name => Path.GetFullPath(_folder.File(name))).ToArray(), inputs.Files.Select(Path.GetFullPath).ToArray());
}
