using CDNet.Server.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CDNet.Server.Hosting;

/// <summary>Puts the web application together: nothing but what is named here, no settings from files or the environment.</summary>
internal static class ServerHost
{
    // Idle connections cost little, but not nothing.
    private const int MaxConnections = 1000;

    private static readonly TimeSpan ShutdownMargin = TimeSpan.FromSeconds(5);

    public static WebApplication Build(ServeOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ServerHost).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        // Results are on standard output, everything else on standard error.
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.AspNetCore.Http.Timeouts", LogLevel.Error).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddRoutingCore();
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Timeout + ShutdownMargin);
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = Policy(options));
        builder.Services.AddHostFiltering(filter => (filter.AllowedHosts, filter.IncludeFailureMessage) = ([.. Names(options)], false));
        builder.Services.AddOpenApi(OpenApiPages.Describe);
        var app = builder.Build();
        app.Use(SecurityHeaders.SetAsync);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseHostFiltering();
        app.UseRequestTimeouts();
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, ServeOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(options.Address, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        // What is too large is refused by our own count, which answers before the rest has arrived; Kestrel would cut the line.
        kestrel.Limits.MaxRequestBodySize = null;
    }

    private static RequestTimeoutPolicy Policy(ServeOptions options) => new()
    {
        Timeout = options.Timeout,
        TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
        WriteTimeoutResponse = context => Problems
            .Of(StatusCodes.Status504GatewayTimeout, "Too slow", $"The request took longer than {options.Timeout.TotalSeconds:0.#} seconds, upload and waiting included. Send smaller pictures, or start the server with a longer --timeout.")
            .ExecuteAsync(context),
    };

    /// <summary>Names that a request may be for. A page on the web can make its own name point to this machine, but a browser still says that name.</summary>
    private static IEnumerable<string> Names(ServeOptions options)
        => options.IsLocal || options.AllowedHosts.Count > 0 ? ["localhost", "127.0.0.1", "[::1]", HostName(options), .. options.AllowedHosts] : ["*"];

    private static string HostName(ServeOptions options) => options.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{options.Address}]" : $"{options.Address}";
}
