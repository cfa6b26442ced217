using CDNet.Cli.Scores;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Fuzzing.Readers;

/// <summary>Files of scores, their records and journals.</summary>
internal static class ScoreReaders
{
    private static readonly string[] Words = ["null", "\"path\":", "\"score\":", ",", "\"", "\n", "NaN", "1e999", "-1", "{}", "[]"];

    /// <summary>A score file without rows.</summary>
    public static Lazy<byte[]> Empty { get; } = new(() =>
    {
        var path = Scratch.PathOf("empty.csv");
        RowFormat.Of(path).Write<ScoreRow>(path, []);
        return File.ReadAllBytes(path);
    });

    public static ScoreRun Run { get; } = new("model.zip", new string('a', 64), 32, $"{Shard.Whole}", new string('b', 64));

    public static IReadOnlyList<Reader> All { get; } =
    [
        new Reader("scores-csv", input => Count<ScoreRow>("input.csv", input)) { Words = Words },
        new Reader("scores-jsonl", input => Count<ScoreRow>("input.jsonl", input)) { Words = Words },
        new Reader("videos-csv", input => Count<VideoRow>("input.csv", input)) { Words = Words },
        new Reader("score-record", ReadRecord) { Words = Words },
        new Reader("journal", ReadJournal) { Words = Words },
        new Reader("scores-parquet", input => Count<ScoreRow>("input.parquet", input)) { IsSlow = true, MaxAllocation = 512L << 20 },
    ];

    private static void Count<T>(string name, byte[] input)
        where T : class, new()
        => _ = RowFormat.Of(name).Read<T>(Scratch.Write(name, input)).Count();

    private static void ReadRecord(byte[] input)
    {
        Scratch.Write("scores.csv.run.json", input);
        ScoreMerger.Merge([Scratch.Write("scores.csv", Empty.Value)], Scratch.PathOf("merged.csv"));
    }

    private static void ReadJournal(byte[] input)
    {
        Scratch.Write("journal.csv.journal", input);
        using var journal = ScoreJournal.Open(Scratch.PathOf("journal.csv"), Run, isResumed: true);
        foreach (var file in journal.Read())
            _ = file.Rows.Count;
    }
}
