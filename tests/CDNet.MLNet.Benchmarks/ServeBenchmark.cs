using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using CDNet.MLNet.Scoring;
using CDNet.Server;

namespace CDNet.MLNet.Benchmarks;

/// <summary>More requests than the server can take, held for a time: what it answers, how fast, and whether it grows. Server and clients are one process and talk over the loopback.</summary>
internal static class ServeBenchmark
{
    private const int Times = 4;
    private const int MostSeconds = 600;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    // Who is sent away comes back soon, but does not take the processor from those who are served.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Prints counts by status, times and memory.</summary>
    /// <param name="seconds">How long, at most ten minutes.</param>
    /// <returns>0 where every answer was 200 or 429; 1 otherwise.</returns>
    public static async Task<int> RunAsync(int seconds)
    {
        var options = new ServeOptions { Port = 0, Workers = Environment.ProcessorCount, MaxWaiting = Environment.ProcessorCount };
        var clients = Times * options.Workers;
        var picture = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "astronaut.jpg"));
        using var model = CDNetModel.LoadDefault();
        await using var server = await ScoringServer.StartAsync(model, options);
        using var client = new HttpClient { BaseAddress = server.Address };
        Console.WriteLine($"{options.Workers} requests in work at once, {options.MaxWaiting} wait, {clients} are held; a picture of 512x512 pixels with one face");
        await HoldAsync(client, picture, clients, WarmUp);

        var before = Memory();
        var answers = await HoldAsync(client, picture, clients, TimeSpan.FromSeconds(Math.Clamp(seconds, 1, MostSeconds)));
        var after = Memory();

        Console.WriteLine();
        Console.WriteLine("| status | answers | a second | median ms | 90% ms | 99% ms | longest ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var group in answers.GroupBy(answer => answer.Status).OrderBy(group => group.Key))
        {
            var times = group.Select(answer => answer.Milliseconds).Order().ToArray();
            double At(double share) => times[(int)Math.Min(times.Length - 1, share * times.Length)];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {group.Key} | {times.Length} | {times.Length / (double)seconds:F1} | {At(0.5):F0} | {At(0.9):F0} | {At(0.99):F0} | {times[^1]:F0} |"));
        }
        Console.WriteLine();
        Console.WriteLine($"Memory before and after {seconds} s: held by .NET {before.Managed:N0} and {after.Managed:N0} bytes, by the process {before.Process:N0} and {after.Process:N0}.");
        var errors = answers.Count(answer => answer.Status is not ("200" or "429"));
        Console.WriteLine($"Errors other than 429: {errors}.");
        return errors == 0 ? 0 : 1;
    }

    private static async Task<IReadOnlyCollection<(string Status, double Milliseconds)>> HoldAsync(HttpClient client, byte[] picture, int clients, TimeSpan time)
    {
        var answers = new ConcurrentBag<(string, double)>();
        var watch = Stopwatch.StartNew();
        async Task AskAsync()
        {
            while (watch.Elapsed < time)
            {
                var start = Stopwatch.GetTimestamp();
                var status = await PostAsync(client, picture);
                answers.Add((status, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
                if (status == "429")
                    await Task.Delay(Pause);
            }
        }
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(AskAsync)));
        return answers;
    }

    private static async Task<string> PostAsync(HttpClient client, byte[] picture)
    {
        try
        {
            using var body = new ByteArrayContent(picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
            using var answer = await client.PostAsync("/api/score", body);
            await answer.Content.ReadAsByteArrayAsync();
            return $"{(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return e.GetType().Name;
        }
    }

    private static (long Managed, long Process) Memory()
    {
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return (managed, process.WorkingSet64);
    }
}
