using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.MLNet.Data.Manifests;
using Spectre.Console;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet data</c>: published data sets, whether a download of one is whole, frames of videos as pictures, and fakes made of real pictures.</summary>
internal static class DataCommand
{
    private static readonly Argument<string> Root = new("ROOT") { Description = "The folder that the download made." };
    private static readonly Option<string> Manifest = CommonOptions.Manifest();
    private static readonly Option<bool> Probe = new("--probe") { Description = "Decode each picture as well. Videos are looked at by their structure only." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Manifest.Required = true;
        var check = new Command("check", "Compares a download with its manifest: what is found, missing, unreadable, contradictory.") { Root, Manifest, Probe, Json };
        check.Does(Check);
        var list = new Command("list", "Lists the data sets whose manifests are shipped, and how to get them.") { Json };
        list.Does(List);
        return new Command("data", "Published data sets, frames of videos, and fakes to train with.") { check, list, FramesCommand.Create(), SelfBlendCommand.Create() };
    }

    private static int Check(ParseResult parsed, CancellationToken cancellation)
    {
        var manifest = NamedInputs.LoadManifest(parsed.GetRequiredValue(Manifest));
        var root = parsed.GetRequiredValue(Root);
        CountDisplay? display = null;
        ManifestCheckReport report;
        try
        {
            report = ManifestCheck.Run(
                manifest, root, parsed.GetValue(Probe) ? Decode : null, (done, of) => (display ??= new CountDisplay("Checking", of)).Report(done), cancellation);
        }
        finally
        {
            display?.Dispose();
        }
        var result = new DataCheckResult(manifest, root, report);
        Terminal.Show(result, parsed.GetValue(Json));
        return report.IsGood ? ExitCode.Done : ExitCode.SomeFailed;
    }

    private static string? Decode(string path)
    {
        if (!PictureReader.Extensions.Contains(Path.GetExtension(path).ToLowerInvariant()))
            return null;
        try
        {
            using var picture = PictureReader.Read(path);
            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static int List(ParseResult parsed, CancellationToken cancellation)
    {
        var manifests = ShippedManifests.Names(ShippedManifests.DataFolder).Select(NamedInputs.LoadManifest).ToList();
        if (parsed.GetValue(Json))
        {
            Terminal.Json(manifests.Select(manifest => new { manifest.Name, manifest.Title, manifest.Access, manifest.Notes, manifest.FilePath }));
            return ExitCode.Done;
        }
        var table = new Table().RoundedBorder().AddColumns("Name", "Data set", "How to get it", "Terms");
        foreach (var manifest in manifests)
            table.AddRow(Markup.Escape(manifest.Name), Markup.Escape(manifest.Title), Markup.Escape(manifest.Access.Request), Markup.Escape(manifest.Access.Terms));
        Terminal.Out.Write(table);
        return ExitCode.Done;
    }
}
