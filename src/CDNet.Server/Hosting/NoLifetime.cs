using Microsoft.Extensions.Hosting;

namespace CDNet.Server.Hosting;

/// <summary>Leaves signals to the program that starts the server: a host's own lifetime takes Ctrl+C for the whole process.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
