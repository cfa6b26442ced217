using CDNet.MLNet.Data.Manifests;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What <c>cdnet data check</c> gives.</summary>
internal sealed record DataCheckResult(DataManifest Manifest, string Root, ManifestCheckReport Report) : ICommandResult
{
    // A person reads the first of each kind; --json has all.
    private const int ShownOfAKind = 20;

    private int Missing => Report.Count(ProblemKind.Missing);

    private int Unreadable => Report.Count(ProblemKind.Unreadable);

    private int Contradictory => Report.Count(ProblemKind.Contradictory);

    private int Unlisted => Report.Count(ProblemKind.Unlisted);

    private int Duplicates => Report.Count(ProblemKind.Duplicate);

    public object ToJson() => new
    {
        Manifest = Manifest.Name,
        Manifest.Title,
        Root,
        Report.IsGood,
        Report.Found,
        Missing,
        Unreadable,
        Contradictory,
        Unlisted,
        TooMany = Report.Count(ProblemKind.Count),
        Duplicates,
        Others = Report.Others.Count,
        Rows = Report.Rows.Select(row => new { row.Name, row.Split, Label = Label(row), row.Method, row.Found, row.Missing, row.Unreadable }),
        Problems = Report.Problems.Select(problem => new { Kind = Name(problem.Kind), problem.Path, problem.Reason, problem.Files }),
        Report.Notes,
    };

    public void Print()
    {
        var table = new Table().RoundedBorder().AddColumns("Files", "Split", "Label", "Method", "Found", "Missing", "Unreadable");
        foreach (var row in Report.Rows)
            table.AddRow(Markup.Escape(row.Name), Or(row.Split), Label(row), Or(row.Method), $"{row.Found:N0}", $"{row.Missing:N0}", $"{row.Unreadable:N0}");
        Terminal.Out.Write(table);
        Terminal.Out.WriteLine(
            $"{Manifest.Title}: {Report.Found:N0} found, {Missing:N0} missing, {Unreadable:N0} unreadable, {Contradictory:N0} contradictory, {Unlisted:N0} on no list, "
            + $"{Duplicates:N0} twice; {Report.Others.Count:N0} other files.");
        foreach (var note in Report.Notes)
            Terminal.Out.WriteLine(note);
        foreach (var kind in Report.Problems.GroupBy(problem => problem.Kind))
        {
            foreach (var problem in kind.Take(ShownOfAKind))
                Terminal.Error($"{Name(problem.Kind)}: {problem.Path}: {problem.Reason}");
            if (kind.Count() > ShownOfAKind)
                Terminal.Error($"{Name(kind.Key)}: {kind.Count() - ShownOfAKind:N0} more; --json lists them all.");
        }
        if (Missing > 0)
            Terminal.Error($"To get what is missing: {Manifest.Access.Request}");
    }

    private static string Label(ManifestCheckRow row) => row.IsFake ? "fake" : "real";

    private static string Or(string text) => text.Length > 0 ? Markup.Escape(text) : "-";

    private static string Name(ProblemKind kind) => kind switch
    {
        ProblemKind.Count => "tooMany",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
