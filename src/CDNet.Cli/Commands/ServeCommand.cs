using System.CommandLine;
using CDNet.Cli.Inputs;
using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.Server;

namespace CDNet.Cli.Commands;

/// <summary><c>cdnet serve</c>: a page that takes pictures, and a JSON API, for one machine.</summary>
internal static class ServeCommand
{
    private static readonly ServeOptions Defaults = new();

    private static readonly Option<string> Model = CommonOptions.Model();

    private static readonly Option<string> Host = new("--host")
    {
        Description = "What it listens on: localhost, or an IP address of this machine (0.0.0.0 for all of them), which others can reach: there is no authentication.",
        DefaultValueFactory = _ => Defaults.Host,
    };

    private static readonly Option<int> Port = CommonOptions.InRange("--port", "The port; 0 takes any that is free.", Defaults.Port, 0, 65_535);

    private static readonly Option<string[]> AllowedHosts = new("--allowed-host")
    {
        Description = "A name that requests may be for, beside those of this machine to itself: the name that a proxy in front of it has. May be given more than once.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<int> MaxUpload = CommonOptions.InRange("--max-upload", "Most MiB of one request's pictures.", (int)(Defaults.MaxUploadBytes >> 20), 1, 1024);
    private static readonly Option<long> MaxPixels = CommonOptions.InRange("--max-pixels", "Most pixels of a picture; each takes 8 to 12 bytes while it is worked on.", Defaults.MaxPixels, 1, PictureReader.MaxPixels);
    private static readonly Option<int> MaxFaces = CommonOptions.InRange("--max-faces", "Most faces of a picture.", Defaults.MaxFaces, 1, 10_000);
    private static readonly Option<int> Threads = CommonOptions.InRange("--threads", "Requests that are worked on at once.", Defaults.Workers, 1, 1024);
    private static readonly Option<int> Queue = CommonOptions.InRange("--queue", "Requests that may wait beside those; more are sent away (429).", Defaults.MaxWaiting, 0, 10_000);
    private static readonly Option<TimeSpan?> Timeout = CommonOptions.Time("--timeout", $"Time a request may take, for example 30s. Default: {Defaults.Timeout.TotalSeconds:0}s.");
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("serve", "Serves a page that takes pictures, and a JSON API, until Ctrl+C; docs/serve.md says more.")
        {
            Model, Host, Port, AllowedHosts, MaxUpload, MaxPixels, MaxFaces, Threads, Queue, Timeout, Json,
        };
        command.Does((parsed, cancellation) => RunAsync(parsed, cancellation).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new ServeOptions
        {
            Host = parsed.GetRequiredValue(Host),
            Port = parsed.GetValue(Port),
            AllowedHosts = parsed.GetRequiredValue(AllowedHosts),
            MaxUploadBytes = (long)parsed.GetValue(MaxUpload) << 20,
            MaxPixels = parsed.GetValue(MaxPixels),
            MaxFaces = parsed.GetValue(MaxFaces),
            Workers = parsed.GetValue(Threads),
            MaxWaiting = parsed.GetValue(Queue),
            Timeout = parsed.GetValue(Timeout) ?? Defaults.Timeout,
        };
        options.Validate();
        using var model = NamedInputs.Model(parsed.GetRequiredValue(Model));
        var server = await ScoringServer.StartAsync(model, options, cancellation);
        await using (server.ConfigureAwait(false))
        {
            if (!options.IsLocal)
                Terminal.Error($"others can reach {server.Address}: there is no authentication and no encryption; docs/serve.md says how to put a proxy in front.");
            Terminal.Show(new ServeResult(server.Address, model), parsed.GetValue(Json));
            var stopped = new TaskCompletionSource();
            await using (cancellation.Register(stopped.SetResult))
                await stopped.Task;
            Console.Error.WriteLine("Stopping; requests that run are ended first.");
            await server.StopAsync(CancellationToken.None);
        }
        return ExitCode.Done;
    }
}
