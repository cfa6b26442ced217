using CDNet.Cli.Scores;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet score merge</c> gives.</summary>
internal sealed record ScoreMergeResult(string File, int Shards, ScoreRun Run) : ICommandResult
{
    public object ToJson() => new { Out = File, Shards, Run.Files, Run.Rows, Run.Model, Run.ModelSha256 };

    public void Print() => Terminal.Out.WriteLine($"{File}: {Run.Rows:N0} rows of {Run.Files:N0} files from {Shards:N0} shares.");
}
