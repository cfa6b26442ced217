using CDNet.MLNet.Scoring;
using CDNet.Server.Api;
using CDNet.Server.Hosting;
using CDNet.Server.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CDNet.Server;

/// <summary>A small web service for one machine: a page that takes pictures, and a JSON API. It keeps no picture and writes nothing to a disk.</summary>
/// <remarks>Requests are let in up to a bound, and worked on by few workers; who comes when it is full is told to come back. There is no authentication.</remarks>
public sealed class ScoringServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IPictureScorer _scorer;

    private ScoringServer(WebApplication app, IPictureScorer scorer, WorkQueue queue)
    {
        (_app, _scorer, Queue) = (app, scorer, queue);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Where it listens, with the port that was taken.</summary>
    public Uri Address { get; }

    internal WorkQueue Queue { get; }

    /// <summary>The path of each route.</summary>
    internal IEnumerable<string> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'));

    /// <summary>Starts a server.</summary>
    /// <param name="model">The model that scores; it must live as long as the server, and stays the caller's.</param>
    /// <param name="options">Where it listens, and how much it takes; the defaults where null.</param>
    /// <param name="cancellation">Ends the starting.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The port is taken, or the address is none of this machine.</exception>
    public static Task<ScoringServer> StartAsync(CDNetModel model, ServeOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ServeOptions();
        options.Validate();
        return StartAsync(new PictureScorer(model, options), ModelFacts.Of(model, options), options, cancellation);
    }

    internal static async Task<ScoringServer> StartAsync(IPictureScorer scorer, ModelFacts facts, ServeOptions options, CancellationToken cancellation)
    {
        var queue = new WorkQueue(options.Workers, options.MaxWaiting);
        var app = ServerHost.Build(options);
        ServerRoutes.Map(app, facts, new ScoreEndpoint(scorer, queue, options), queue);
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
            return new ScoringServer(app, scorer, queue);
        }
        catch (Exception e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            scorer.Dispose();
            queue.Dispose();
            if (e is IOException or System.Net.Sockets.SocketException)
                throw new IOException($"{options.Host}:{options.Port}: cannot listen there. {e.Message} Name another port (0 takes any that is free), or an address of this machine.", e);
            throw;
        }
    }

    /// <summary>Takes no more requests, and waits for those that run, as long as one may take.</summary>
    /// <param name="cancellation">Ends the waiting; what still runs is broken off.</param>
    public Task StopAsync(CancellationToken cancellation = default) => _app.StopAsync(cancellation);

    /// <summary>Stops the server, if nobody has, and frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        _scorer.Dispose();
        Queue.Dispose();
    }
}
