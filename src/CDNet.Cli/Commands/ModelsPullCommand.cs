using System.CommandLine;
using CDNet.Cli.Output;
using CDNet.MLNet.Data.Models;
using Spectre.Console;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet models pull</c> and <c>cdnet models list</c>: model files that others publish.</summary>
internal static class ModelsPullCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The name of a model (cdnet models list), or a manifest file of one." };
    private static readonly Option<string> To = new("--to") { Description = "The folder to put it into. Default: cdnet/models in the folder for this user's data." };
    private static readonly Option<string> From = new("--from") { Description = "A file that was fetched elsewhere, or another https:// address. Default: the manifest's addresses." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command CreatePull()
    {
        var pull = new Command("pull", "Fetches a model file, goes on where it stopped, and checks its SHA-256 before it may be used.") { Name, To, From, Json };
        pull.Does(Pull);
        return pull;
    }

    public static Command CreateList()
    {
        var list = new Command("list", "Lists the model files that pull knows, and which of them are here.") { Json };
        list.Does(List);
        return list;
    }

    private static int Pull(ParseResult parsed, CancellationToken cancellation)
    {
        var name = parsed.GetRequiredValue(Name);
        var manifest = ModelManifest.Find(name);
        var target = Path.GetFullPath(Path.Combine(parsed.GetValue(To) ?? ModelStore.DefaultFolder, manifest.File));
        var wasThere = ModelStore.Fault(target, manifest) is null;
        if (!wasThere && parsed.GetValue(From) is { } file && !IsAddress(file))
            ModelCopy.Take(manifest, file, target);
        else if (!wasThere)
            Fetch(manifest, name, parsed.GetValue(From), target, cancellation);
        if (parsed.GetValue(Json))
            Terminal.Json(new { manifest.Name, Path = target, manifest.Bytes, manifest.Sha256, manifest.Licence, WasThere = wasThere });
        else
            Terminal.Out.WriteLine($"{target}: {(wasThere ? "was there already" : "is there now")}, {manifest.Bytes:N0} bytes, SHA-256 as it should be. Licence: {manifest.Licence}.");
        return ExitCode.Done;
    }

    private static void Fetch(ModelManifest manifest, string name, string? from, string target, CancellationToken cancellation)
    {
        IReadOnlyList<Uri> addresses = from is null ? [.. manifest.Sources.Select(source => new Uri(source.Url))] : [new Uri(from)];
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("cdnet/1");
        using var line = new ProgressLine();
        var download = new ModelDownload(
            client,
            sentence => line.Show(() => sentence, isImportant: true),
            there => line.Show(() => $"Fetching {manifest.File} {ProgressLine.Bar((double)there / manifest.Bytes)} {there:N0}/{manifest.Bytes:N0} bytes"));
        try
        {
            download.FetchAsync(manifest, addresses, target, cancellation).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            line.Show(() => $"{target}.partial keeps what has come; the same command goes on from there.", isImportant: true);
            throw;
        }
        catch (ModelDownloadException e)
        {
            throw new ModelDownloadException(
                $"{name} could not be fetched. {e.Message} Without a network: fetch {string.Join(" or ", addresses)} on another machine, compare the output of sha256sum with "
                + $"{manifest.Sha256} ({manifest.Bytes:N0} bytes), bring the file here and run: cdnet models pull {name} --from FILE (or put it at {target} yourself).");
        }
    }

    private static bool IsAddress(string from) => from.Contains("://", StringComparison.Ordinal);

    private static int List(ParseResult parsed, CancellationToken cancellation)
    {
        var folder = ModelStore.DefaultFolder;
        var models = ModelManifest.Shipped.Select(model => (Model: model, Path: Path.Combine(folder, model.File))).Select(model => (model.Model, model.Path, State: State(model.Path, model.Model))).ToList();
        if (parsed.GetValue(Json))
        {
            Terminal.Json(models.Select(model => new { model.Model.Name, model.Model.Title, model.Model.Licence, model.Model.Bytes, model.Model.Sha256, model.Model.Sources, model.Model.Notes, model.Path, model.State }));
            return ExitCode.Done;
        }
        var table = new Table().RoundedBorder().AddColumns("Name", "Model", "Bytes", "Licence", "Here");
        foreach (var (model, path, state) in models)
            table.AddRow(Markup.Escape(model.Name), Markup.Escape(model.Title), $"{model.Bytes:N0}", Markup.Escape(model.Licence), Markup.Escape(state == "absent" ? "no" : $"{state}: {path}"));
        Terminal.Out.Write(table);
        return ExitCode.Done;
    }

    private static string State(string path, ModelManifest model) => !File.Exists(path) ? "absent" : ModelStore.Fault(path, model) is null ? "good" : "damaged";
}
