using CDNet.MLNet.Prepared;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet prepare</c> and <c>cdnet prepare merge</c> give.</summary>
internal sealed record PreparationResult(string Folder, Shard Shard, PrepareReport Report) : ICommandResult
{
    public object ToJson() => new
    {
        Out = Folder,
        Shard = Shard.ToString(),
        Report.Pictures,
        Report.Videos,
        Report.Decoder,
        Report.Rows,
        Report.RowsWithoutFace,
        Report.RealFaces,
        Report.FakeFaces,
        Report.Parts,
        Report.PartsOfEarlierRuns,
        Report.Bytes,
        Report.Seconds,
        Report.ProblemCounts,
        Report.Problems,
        Report.Redone,
    };

    public void Print()
    {
        var table = new Table().RoundedBorder().AddColumns("What", "Count");
        table.AddRow("Pictures, videos", $"{Report.Pictures:N0}, {Report.Videos:N0}{(Report.Decoder is { } decoder ? $" (decoded by {decoder})" : "")}");
        table.AddRow("Rows", $"{Report.Rows:N0}: {Report.RealFaces:N0} real and {Report.FakeFaces:N0} fake faces, {Report.RowsWithoutFace:N0} without a face");
        table.AddRow("Part files", $"{Report.Parts:N0} ({Report.Bytes / 1e6:N1} MB), {Report.PartsOfEarlierRuns:N0} of earlier runs");
        foreach (var (kind, count) in Report.ProblemCounts.Where(problem => problem.Value > 0))
            table.AddRow(Name(kind), $"{count:N0}");
        Terminal.Out.Write(table);
        Terminal.Out.WriteLine($"{Folder}: shard {Shard}, {ProgressLine.Time(TimeSpan.FromSeconds(Report.Seconds))}.");
        Terminal.Problems(Report.Redone);
        foreach (var problem in Report.Problems)
            Terminal.Error($"{problem.Path}: {Name(problem.Kind)}: {problem.Reason}");
    }

    private static string Name(PrepareProblemKind kind) => kind switch
    {
        PrepareProblemKind.Unreadable => "unreadable",
        PrepareProblemKind.Incomplete => "incomplete",
        PrepareProblemKind.NoFace => "no face",
        PrepareProblemKind.Duplicate => "listed twice",
        PrepareProblemKind.Contradiction => "contradicting labels",
        _ => "not listed",
    };
}
