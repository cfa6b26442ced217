using System.Text.Json;
using System.Text.Json.Serialization;
using CDNet.Cli.Scores;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Tests.Scores;

[TestClass]
public sealed class RowFormatTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("scores.csv")]
    [DataRow("scores.jsonl")]
    [DataRow("scores.parquet")]
    public void Rows_come_back_as_they_were(string name)
    {
        var rows = Rows();
        var path = _folder.File(name);

        RowFormat.Of(path).Write(path, rows);
        var found = RowFormat.Of(path).Read<ScoreRow>(path).ToArray();

        CollectionAssert.AreEqual(rows.Select(Text).ToArray(), found.Select(Text).ToArray());
    }

    [TestMethod]
    [DataRow("videos.csv")]
    [DataRow("videos.jsonl")]
    [DataRow("videos.parquet")]
    public void Videos_come_back_as_they_were(string name)
    {
        VideoRow[] rows =
        [
            new() { Path = "a.mp4", Frames = 32, FramesWithFace = 30, Faces = 2, SuspectFirstFrame = 5, SuspectLastFrame = 900, Score = 1.25f, Probability = 0.75f, Verdict = "fake" },
            new() { Path = "b.mp4", Error = "b.mp4: the video has no frames." },
        ];
        var path = _folder.File(name);

        RowFormat.Of(path).Write(path, rows);

        CollectionAssert.AreEqual(rows.Select(Text).ToArray(), RowFormat.Of(path).Read<VideoRow>(path).Select(Text).ToArray());
    }

    [TestMethod]
    [DataRow("scores.csv")]
    [DataRow("scores.jsonl")]
    [DataRow("scores.parquet")]
    public void File_of_a_version_that_knew_no_familiarity_is_read(string name)
    {
        var path = _folder.File(name);
        RowFormat.Of(path).Write(path, [new EarlierRow { Path = "a.jpg", Score = 0.5f, Verdict = "fake" }]);

        var row = RowFormat.Of(path).Read<ScoreRow>(path).Single();

        Assert.AreEqual(("a.jpg", 0.5f, "fake"), (row.Path, row.Score, row.Verdict));
        Assert.IsNull(row.Familiarity);
        if (name.EndsWith(".csv", StringComparison.Ordinal))
        {
            File.WriteAllText(path, File.ReadAllText(path).Replace("verdict", "opinion", StringComparison.Ordinal));
            StringAssert.Contains(Assert.Throws<InvalidDataException>(() => RowFormat.Of(path).Read<ScoreRow>(path).Count()).Message, "verdict", "any other column has to be there");
        }
    }

    [TestMethod]
    public void Many_rows_are_read_group_by_group()
    {
        var path = _folder.File("many.parquet");

        RowFormat.Of(path).Write(path, Enumerable.Range(0, 120_001).Select(i => new ScoreRow { Path = $"{i / 2}.jpg", Face = i % 2, Score = i }));
        var found = RowFormat.Of(path).Read<ScoreRow>(path).Select((row, i) => row.Path == $"{i / 2}.jpg" && row.Score == i).ToArray();

        Assert.HasCount(120_001, found);
        Assert.IsTrue(found.All(isSame => isSame));
    }

    [TestMethod]
    [DataRow("scores.csv")]
    [DataRow("scores.jsonl")]
    [DataRow("scores.parquet")]
    public void Damaged_file_is_refused_by_name(string name)
    {
        var path = _folder.File(name);
        RowFormat.Of(path).Write(path, Rows());
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);

        var error = Assert.Throws<InvalidDataException>(() => RowFormat.Of(path).Read<ScoreRow>(path).Count());

        StringAssert.StartsWith(error.Message, $"{path}: damaged");
    }

    [TestMethod]
    public void Csv_has_the_documented_header()
    {
        var path = _folder.File("scores.csv");
        RowFormat.Of(path).Write(path, Rows());

        Assert.AreEqual("path,frame,face,confidence,left,top,width,height,score,probability,familiarity,verdict,error", File.ReadLines(path).First());
    }

    [TestMethod]
    public void Unknown_ending_is_refused_with_the_known_ones()
        => StringAssert.Contains(Assert.Throws<ArgumentException>(() => RowFormat.Of("scores.xlsx")).Message, "scores.xlsx: of no known format; expected a file that ends in .csv, .jsonl, .parquet");

    private static ScoreRow[] Rows() =>
    [
        new() { Path = "a.jpg", Confidence = 0.9f, Left = 1.5f, Top = -2, Width = 100.25f, Height = 120, Score = 1f / 3, Probability = float.Epsilon, Familiarity = 0.125f, Verdict = "fake" },
        new() { Path = "a.jpg", Face = 1, Confidence = 1, Left = 0, Top = 0, Width = 1, Height = 1, Score = -1e20f, Probability = 1, Verdict = "real" },
        new() { Path = "with, comma; \"quotes\"\nand a line\tend.png", Verdict = "noface" },
        new() { Path = "=HYPERLINK(\"x\").png", Frame = int.MaxValue, Error = "no picture, \"really\"" },
        new() { Path = "Ünïcødé 人.webp", Error = "two\r\nlines" },
    ];

    private static string Text<T>(T row) => JsonSerializer.Serialize(row);

    private sealed class EarlierRow
    {
        [JsonPropertyName("path")]
        public string Path { get; set; } = "";

        [JsonPropertyName("frame")]
        public int Frame { get; set; }

        [JsonPropertyName("face")]
        public int Face { get; set; }

        [JsonPropertyName("confidence")]
        public float? Confidence { get; set; }

        [JsonPropertyName("left")]
        public float? Left { get; set; }

        [JsonPropertyName("top")]
        public float? Top { get; set; }

        [JsonPropertyName("width")]
        public float? Width { get; set; }

        [JsonPropertyName("height")]
        public float? Height { get; set; }

        [JsonPropertyName("score")]
        public float? Score { get; set; }

        [JsonPropertyName("probability")]
        public float? Probability { get; set; }

        [JsonPropertyName("verdict")]
        public string? Verdict { get; set; }

        [JsonPropertyName("error")]
        public string? Error { get; set; }
    }
}
