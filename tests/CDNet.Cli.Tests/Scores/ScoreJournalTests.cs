using System.Text;
using CDNet.Cli.Scores;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Tests.Scores;

[TestClass]
public sealed class ScoreJournalTests
{
    private static readonly ScoreRun Run = new("model.zip", new string('a', 64), 32, "0/1", new string('b', 64));

    private readonly TempFolder _folder = new();
    private string _output = "";

    [TestInitialize]
    public void Name() => _output = _folder.File("scores.csv");

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Result_is_sorted_by_path_and_stands_only_when_it_is_whole()
    {
        using (var journal = ScoreJournal.Open(_output, Run, isResumed: false))
        {
            journal.Add(File_("b.jpg", 2));
            journal.Add(File_("a.jpg", 1));
            Assert.IsFalse(File.Exists(_output));
            journal.Finish();
        }

        CollectionAssert.AreEqual(new[] { "a.jpg 0", "b.jpg 0", "b.jpg 1" }, Rows());
        CollectionAssert.AreEquivalent(new[] { "scores.csv", "scores.csv.run.json" }, Names());
        Assert.AreEqual((2L, 3L), (ScoreRun.ReadFor(_output).Files, ScoreRun.ReadFor(_output).Rows));
    }

    [TestMethod]
    public void Journal_cut_at_any_byte_goes_on_with_what_is_whole()
    {
        using (var journal = ScoreJournal.Open(_output, Run, isResumed: false))
        {
            journal.Add(File_("a.jpg", 1));
            journal.Add(File_("é,\"b\".jpg", 2));
        }
        var bytes = File.ReadAllBytes(_output + ".journal");
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        var (first, second) = (Encoding.UTF8.GetByteCount(lines[0]) + 1, Encoding.UTF8.GetByteCount(lines[1]) + 1);
        for (var length = first; length <= bytes.Length; length++)
        {
            File.WriteAllBytes(_output + ".journal", bytes[..length]);
            using var journal = ScoreJournal.Open(_output, Run, isResumed: true);

            Assert.AreEqual(length < first + second ? 0 : length < bytes.Length ? 1 : 2, journal.Count, $"{length} of {bytes.Length} bytes");
            Assert.AreEqual(journal.Count > 0, journal.Has("a.jpg"));
            if (journal.Count == 1)
            {
                journal.Add(File_("é,\"b\".jpg", 2));
                CollectionAssert.AreEqual(new[] { 1, 2 }, journal.Read().Select(file => file.Rows.Count).ToArray());
            }
        }
    }

    [TestMethod]
    public void Finished_result_is_added_to()
    {
        Finish("b.jpg", "d.jpg");
        using (var journal = ScoreJournal.Open(_output, Run, isResumed: true))
        {
            Assert.IsTrue(journal.Has("b.jpg") && !journal.Has("c.jpg"));
            journal.Add(File_("c.jpg", 1));
            journal.Finish();
        }

        CollectionAssert.AreEqual(new[] { "b.jpg 0", "c.jpg 0", "d.jpg 0" }, Rows());
        Assert.HasCount(2, Names());
    }

    [TestMethod]
    public void Unfinished_result_that_was_not_asked_for_is_left_alone()
    {
        using (var journal = ScoreJournal.Open(_output, Run, isResumed: false))
            journal.Add(File_("a.jpg", 1));

        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => ScoreJournal.Open(_output, Run, isResumed: false)).Message, "an unfinished result. Go on with --resume");
        using var kept = ScoreJournal.Open(_output, Run, isResumed: true);
        Assert.AreEqual(1, kept.Count);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Result_of_another_model_or_other_frames_is_refused(bool isFinished)
    {
        if (isFinished)
            Finish("a.jpg");
        else
            ScoreJournal.Open(_output, Run, isResumed: false).Dispose();

        string Refusal(ScoreRun run) => Assert.Throws<InvalidDataException>(() => ScoreJournal.Open(_output, run, isResumed: true)).Message;

        StringAssert.Contains(Refusal(Run with { Model = "other.zip", ModelSha256 = new string('c', 64) }), "made with the model model.zip (SHA-256 aaaaaaaaaaaa...) and not other.zip (cccccccccccc...)");
        StringAssert.Contains(Refusal(Run with { Frames = null }), "32 frames a video and not all");
        StringAssert.Contains(Refusal(Run with { Shard = "0/2" }), "is share 0/1 and not 0/2");
    }

    [TestMethod]
    public void Changed_result_and_damaged_journal_are_refused()
    {
        Finish("a.jpg");
        File.AppendAllText(_output, "x.jpg,0,0,,,,,,,,,\n");
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => ScoreJournal.Open(_output, Run, isResumed: true)).Message, "damaged or changed");

        File.WriteAllText(_output + ".journal", "no journal\n");
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => ScoreJournal.Open(_output, Run, isResumed: true)).Message, "no journal of scores");
        File.WriteAllText(_output + ".journal", Run.ToLine() + "\n{}\n");
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => ScoreJournal.Open(_output, Run, isResumed: true)).Message, "damaged at byte");
    }

    [TestMethod]
    public void Two_processes_do_not_write_one_result()
    {
        using var journal = ScoreJournal.Open(_output, Run, isResumed: false);

        Assert.Throws<IOException>(() => ScoreJournal.Open(_output, Run, isResumed: true));
    }

    [TestMethod]
    public void Videos_get_a_file_of_their_own()
    {
        using (var journal = ScoreJournal.Open(_output, Run, isResumed: false))
        {
            journal.Add(File_("a.jpg", 1));
            journal.Add(File_("clip.mp4", 3) with { Video = new VideoRow { Path = "clip.mp4", Frames = 3, Score = 0.5f } });
            journal.Finish();
        }
        using (var journal = ScoreJournal.Open(_output, Run, isResumed: true))
        {
            journal.Add(File_("b.mp4", 1) with { Video = new VideoRow { Path = "b.mp4", Frames = 1 } });
            journal.Finish();
        }

        var videos = RowFormat.Of(_output).Read<VideoRow>(_folder.File("scores.videos.csv")).ToArray();
        CollectionAssert.AreEqual(new[] { "b.mp4", "clip.mp4" }, videos.Select(video => video.Path).ToArray());
        Assert.AreEqual(0.5f, videos[1].Score);
    }

    private void Finish(params string[] paths)
    {
        using var journal = ScoreJournal.Open(_output, Run, isResumed: false);
        foreach (var path in paths)
            journal.Add(File_(path, 1));
        journal.Finish();
    }

    private static ScoredFile File_(string path, int faces)
        => new(path, [.. Enumerable.Range(0, faces).Select(face => new ScoreRow { Path = path, Face = face, Score = face, Verdict = "fake" })], null);

    private string[] Rows() => [.. RowFormat.Of(_output).Read<ScoreRow>(_output).Select(row => $"{row.Path} {row.Face}")];

    private string[] Names() => [.. Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path))];
}
