using CDNet.Cli.Scores;
using CDNet.MLNet.Data;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet score --out</c> gives: where the rows are, and how many of each kind this run made.</summary>
internal sealed record ScoreFileResult(string File, string Shard, int EarlierFiles, ScoreTally Tally, double Seconds) : ICommandResult
{
    public object ToJson() => new
    {
        Out = File, Shard, EarlierFiles, Tally.Files, Tally.Fake, Tally.Real, Tally.NoFace, Tally.Unfamiliar, Tally.Failed, Seconds,
    };

    public void Print()
    {
        var table = new Table().RoundedBorder().AddColumns("What", "Count");
        table.AddRow("Files", EarlierFiles > 0 ? $"{Tally.Files:N0}, and {EarlierFiles:N0} of an earlier run" : $"{Tally.Files:N0}");
        table.AddRow("Faces called fake", $"{Tally.Fake:N0}");
        table.AddRow("Faces called real", $"{Tally.Real:N0}");
        table.AddRow("Faces of both that are unfamiliar", $"{Tally.Unfamiliar:N0}");
        table.AddRow("Pictures and frames without a face", $"{Tally.NoFace:N0}");
        table.AddRow("Failed", $"{Tally.Failed:N0}");
        Terminal.Out.Write(table);
        Terminal.Out.WriteLine($"{File}: {(Shard == $"{MLNet.Prepared.Shard.Whole}" ? "" : $"share {Shard}, ")}{ProgressLine.Time(TimeSpan.FromSeconds(Seconds))}, {Tally.Files / Math.Max(Seconds, 1e-3):F1} files/s.");
        Terminal.Problems(Tally.Failures);
        if (Tally.Failed > Tally.Failures.Count)
            Terminal.Problems([new SkippedItem(File, $"{Tally.Failed - Tally.Failures.Count:N0} more failures are in the column error.")]);
    }
}
