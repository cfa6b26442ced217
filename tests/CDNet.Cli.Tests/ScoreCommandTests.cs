using System.Text.Json;

namespace CDNet.Cli.Tests;

[TestClass]
public sealed class ScoreCommandTests
{
    private const string Header = "path,frame,face,confidence,left,top,width,height,score,probability,familiarity,verdict,error";

    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Folder_gives_a_row_a_face_in_csv_and_json_alike()
    {
        var (code, summary, errors) = Cdnet.RunJson("score", Cdnet.Data, "--model", Cdnet.Model, "--csv", _folder.File("out.csv"), "--json");
        var (_, json, _) = Cdnet.RunJson("score", Cdnet.Data, "--model", Cdnet.Model, "--json");

        Assert.AreEqual(0, code, errors);
        var rows = json.GetProperty("rows").EnumerateArray().OrderBy(row => row.GetProperty("path").GetString(), StringComparer.Ordinal).ToArray();
        var lines = File.ReadAllLines(_folder.File("out.csv"));
        Assert.AreEqual(Header, lines[0]);
        Assert.HasCount(rows.Length + 1, lines);
        Assert.AreEqual(20, rows.Count(row => row.GetProperty("face").GetInt32() == 0));
        foreach (var (row, line) in rows.Zip(lines.Skip(1)))
        {
            var fields = line.Split(',');
            Assert.AreEqual(row.GetProperty("path").GetString(), fields[0]);
            Assert.AreEqual(row.GetProperty("score").GetSingle(), float.Parse(fields[8], System.Globalization.CultureInfo.InvariantCulture), 1e-4f);
            Assert.AreEqual(row.GetProperty("verdict").GetString(), fields[11]);
            Assert.AreEqual(row.GetProperty("score").GetSingle() > 0 ? "fake" : "real", fields[11]);
        }
        Assert.AreEqual(rows.Length, json.GetProperty("fake").GetInt32() + json.GetProperty("real").GetInt32());
        foreach (var name in new[] { "fake", "real", "noFace", "failed" })
            Assert.AreEqual(json.GetProperty(name).GetInt32(), summary.GetProperty(name).GetInt32(), name);
    }

    [TestMethod]
    public void Bad_files_are_reported_one_by_one_and_the_rest_goes_on()
    {
        using var drawn = TestPictures.Draw(128, 128, 6);
        var none = TestPictures.Save(drawn, _folder.File("none.png"));
        var good = Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).First();
        File.WriteAllBytes(_folder.File("empty.jpg"), []);
        File.WriteAllBytes(_folder.File("cut.png"), File.ReadAllBytes(good)[..2000]);
        File.WriteAllText(_folder.File("text.jpg"), "no picture");
        Directory.CreateDirectory(_folder.File("nothing here"));

        var (code, json, errors) = Cdnet.RunJson(
            "score", _folder.File("empty.jpg"), _folder.File("cut.png"), _folder.File("text.jpg"), _folder.File("missing.jpg"), _folder.File("nothing here"), none, good,
            "--model", Cdnet.Model, "--json");

        Assert.AreEqual(1, code, errors);
        Assert.AreEqual(5, json.GetProperty("failed").GetInt32());
        Assert.AreEqual(1, json.GetProperty("noFace").GetInt32());
        JsonElement Row(string path) => json.GetProperty("rows").EnumerateArray().First(row => row.GetProperty("path").GetString() == path);
        foreach (var (name, reason) in new[] { ("empty.jpg", "empty"), ("cut.png", "truncated"), ("text.jpg", "no picture"), ("missing.jpg", "no such file"), ("nothing here", "no pictures and no videos") })
        {
            var row = Row(_folder.File(name));
            StringAssert.Contains(row.GetProperty("error").GetString(), reason);
            Assert.AreEqual(JsonValueKind.Null, row.GetProperty("verdict").ValueKind);
            Assert.AreEqual(JsonValueKind.Null, row.GetProperty("score").ValueKind);
        }
        Assert.AreEqual("noface", Row(none).GetProperty("verdict").GetString());
        Assert.AreEqual(JsonValueKind.Null, Row(none).GetProperty("probability").ValueKind);
        Assert.AreNotEqual(JsonValueKind.Null, Row(good).GetProperty("score").ValueKind);
    }

    [TestMethod]
    public void Table_names_every_picture_and_counts_the_verdicts()
    {
        var good = Directory.EnumerateFiles(Cdnet.Data, "*.png", SearchOption.AllDirectories).First();

        var (code, output, _) = Cdnet.Run("score", good, "--model", Cdnet.Model);

        Assert.AreEqual(0, code);
        StringAssert.Contains(output, good);
        StringAssert.Contains(output, "0 pictures without a face, 0 failed");
    }

    [TestMethod]
    public void Model_that_comes_with_the_program_scores_real_photographs_and_clips()
    {
        var clip = SharedData.Require("videos/004.mp4");

        var portraits = Directory.GetFiles(SharedData.Require("faces/portraits")).Order(StringComparer.Ordinal).Take(6);

        var (code, json, errors) = Cdnet.RunJson(["score", clip, .. portraits, "--frames", "4", "--json"]);

        Assert.AreEqual(0, code, errors);
        var rows = json.GetProperty("rows").EnumerateArray().ToArray();
        Assert.AreEqual(4, rows.Where(row => row.GetProperty("path").GetString() == clip).Select(row => row.GetProperty("frame").GetInt32()).Distinct().Count());
        Assert.AreEqual(10, rows.Count(row => row.GetProperty("face").GetInt32() == 0 && row.GetProperty("score").ValueKind == JsonValueKind.Number), "a face in each");
        var video = json.GetProperty("videos").EnumerateArray().Single();
        Assert.AreEqual((4, 4), (video.GetProperty("frames").GetInt32(), video.GetProperty("framesWithFace").GetInt32()));
        Assert.IsTrue(video.GetProperty("probability").GetDouble() is > 0 and < 1);
        StringAssert.Contains(video.GetProperty("aggregation").GetString(), "most suspicious");
    }

    [TestMethod]
    public void Missing_model_is_refused() => Cdnet.AssertRefuses(["score", Cdnet.Data, "--model", _folder.File("none.zip")], "no such model file");

    [TestMethod]
    public void File_that_is_no_model_is_refused()
    {
        File.WriteAllText(_folder.File("model.zip"), "no zip");

        Cdnet.AssertRefuses(["score", Cdnet.Data, "--model", _folder.File("model.zip")], "no model zip");
    }

    [TestMethod]
    public void Truncated_model_is_refused()
    {
        var bytes = File.ReadAllBytes(Cdnet.Model);
        File.WriteAllBytes(_folder.File("model.zip"), bytes[..(bytes.Length / 2)]);

        Cdnet.AssertRefuses(["score", Cdnet.Data, "--model", _folder.File("model.zip")], "no model zip, or a damaged one");
    }

    [TestMethod]
    public void Missing_argument_is_wrong_usage() => Cdnet.AssertRefuses(["score", "--model", Cdnet.Model], "PATH", "cdnet score --help");

    [TestMethod]
    public void Unknown_command_is_wrong_usage() => Assert.AreEqual(2, Cdnet.Run("guess").Code);
}
