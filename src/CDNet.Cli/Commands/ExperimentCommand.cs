using System.CommandLine;
using CDNet.Cli.Experiments;
using CDNet.Cli.Output;
using CDNet.MLNet.Prepared;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet experiment</c>: trains and tests what a file describes, and writes a table.</summary>
internal static class ExperimentCommand
{
    private static readonly Argument<string> Source = new("FILE") { Description = "The experiment, a JSON file; data-manifests/experiments has some." };
    private static readonly Option<string> Root = new("--root") { Description = "What the paths in the file are relative to. Default: the folder that the command is called in." };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for models, curves, results.json and results.md. Runs that it holds are not done again.", Required = true };
    private static readonly ShardOptions Share = new("Do the runs of");
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("experiment", "Trains every cell of an experiment with every seed, tests it, and writes a table. The table stands after each run; called again, it goes on where it was. Shares of it (--shard) leave their runs in --out, and a call without one makes the table of all.")
        {
            Source, Root, Out, Share.Shard, Share.Shards, Json,
        };
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        TrainingLibrary.Require();
        var file = ExperimentFile.Load(parsed.GetRequiredValue(Source));
        var shard = Share.Parse(parsed);
        var folder = Path.GetFullPath(parsed.GetRequiredValue(Out));
        Directory.CreateDirectory(folder);
        var (runs, table) = (new List<ExperimentRun>(), "");
        foreach (var run in new ExperimentRunner(file, parsed.GetValue(Root) ?? Environment.CurrentDirectory, folder, cancellation).Run(shard))
        {
            runs.Add(run);
            table = ExperimentTable.Markdown(file, runs);
            // Shares run side by side, and none has all of it.
            if (shard != Shard.Whole)
                continue;
            File.WriteAllText(Path.Combine(folder, "results.md"), table);
            Terminal.JsonFile(Path.Combine(folder, "results.json"), runs);
        }
        if (parsed.GetValue(Json))
            Terminal.Json(runs);
        else
            Console.Out.WriteLine(table);
        return ExitCode.Done;
    }
}
