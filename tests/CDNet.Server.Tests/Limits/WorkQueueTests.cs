using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CDNet.Server.Tests.Limits;

/// <summary>Requests beside each other, slow ones, and ones whose sender goes away, over HTTP to a server whose scorer waits.</summary>
[TestClass]
public sealed class WorkQueueTests
{
    [TestMethod]
    public async Task More_requests_than_can_be_worked_on_and_wait_are_told_to_come_back()
    {
        using var scorer = new BlockingScorer();
        await using var server = await Serving.StartAsync(scorer, new ServeOptions { Workers = 2, MaxWaiting = 1 });
        using var client = Serving.Client(server);
        var inside = Enumerable.Range(0, 3).Select(_ => client.PostAsync("/api/score", Serving.Body([1]))).ToArray();
        await Serving.UntilAsync(() => server.Queue is { Inside: 3, InWork: 2 }, "three were not let in");

        using (var refused = await Serving.AssertProblemAsync(client.PostAsync("/api/score", Serving.Body([1])), 429, "2 requests are in work and 1 wait"))
            Assert.IsGreaterThan(TimeSpan.Zero, refused.Headers.RetryAfter!.Delta!.Value);
        using (var health = await client.GetAsync("/health/ready"))
            Assert.AreEqual("""{"status":"ready","inWork":2,"inside":3}""", await health.Content.ReadAsStringAsync());
        scorer.GoOn();

        foreach (var answer in inside)
            Assert.HasCount(1, await Serving.RowsAsync(answer));
        Assert.AreEqual(2, scorer.Most);
        await Serving.UntilAsync(() => server.Queue is { Inside: 0, InWork: 0 }, "places were not given back");
    }

    [TestMethod]
    public async Task Request_that_takes_too_long_is_ended_and_told_so()
    {
        using var scorer = new BlockingScorer();
        await using var server = await Serving.StartAsync(scorer, new ServeOptions { Workers = 1, Timeout = TimeSpan.FromSeconds(0.5) });
        using var client = Serving.Client(server);

        // The second one waits for the first all of its time.
        var answers = Enumerable.Range(0, 2).Select(_ => Serving.AssertProblemAsync(client.PostAsync("/api/score", Serving.Body([1])), 504, "longer than 0.5 seconds", "--timeout"));
        foreach (var answer in await Task.WhenAll(answers))
            answer.Dispose();

        Assert.AreEqual(1, scorer.Most);
        Assert.AreEqual(0, scorer.Running);
        await Serving.UntilAsync(() => server.Queue is { Inside: 0, InWork: 0 }, "places were not given back");
    }

    [TestMethod]
    public async Task Upload_that_stalls_takes_no_worker_and_is_ended()
    {
        using var scorer = new BlockingScorer();
        await using var server = await Serving.StartAsync(scorer, new ServeOptions { Workers = 1, MaxWaiting = 1, Timeout = TimeSpan.FromSeconds(1) });
        using var socket = await ConnectAsync(server, "Content-Length: 1000");
        await Serving.UntilAsync(() => server.Queue.Inside == 1, "the upload was not let in");

        Assert.AreEqual(0, server.Queue.InWork);
        StringAssert.StartsWith(await ReadAsync(socket), "HTTP/1.1 504");
        await Serving.UntilAsync(() => server.Queue.Inside == 0, "its place was not given back");
        Assert.AreEqual(0, scorer.Most);
    }

    [TestMethod]
    public async Task Sender_that_goes_away_ends_the_work()
    {
        using var scorer = new BlockingScorer();
        await using var server = await Serving.StartAsync(scorer, new ServeOptions { Workers = 1 });
        using var client = Serving.Client(server);
        using var gone = new CancellationTokenSource();
        var answer = client.PostAsync("/api/score", Serving.Body([1]), gone.Token);
        await Serving.UntilAsync(() => scorer.Running == 1, "no work began");

        await gone.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => answer);
        await Serving.UntilAsync(() => scorer.Cancelled == 1 && server.Queue is { Inside: 0, InWork: 0 }, "the work went on");
    }

    [TestMethod]
    public async Task Sender_that_goes_away_while_sending_leaves_nothing_behind()
    {
        using var scorer = new BlockingScorer();
        await using var server = await Serving.StartAsync(scorer, new ServeOptions());
        using (await ConnectAsync(server, "Content-Length: 1000"))
            await Serving.UntilAsync(() => server.Queue.Inside == 1, "the upload was not let in");

        await Serving.UntilAsync(() => server.Queue.Inside == 0, "its place was not given back");
    }

    [TestMethod]
    public async Task Stopping_ends_what_runs_and_takes_nothing_more()
    {
        using var scorer = new BlockingScorer();
        await using var server = await Serving.StartAsync(scorer, new ServeOptions());
        using var client = Serving.Client(server);
        var answer = client.PostAsync("/api/score", Serving.Body([1]));
        await Serving.UntilAsync(() => scorer.Running == 1, "no work began");

        var stopping = server.StopAsync();
        await Task.Delay(200);
        Assert.IsFalse(stopping.IsCompleted, "it did not wait");
        using (var other = Serving.Client(server))
            await Assert.ThrowsAsync<HttpRequestException>(() => other.GetAsync("/health/live"));
        scorer.GoOn();

        Assert.HasCount(1, await Serving.RowsAsync(answer));
        await stopping;
        Assert.AreEqual(0, scorer.Cancelled);
    }

    private static async Task<Socket> ConnectAsync(ScoringServer server, string header)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /api/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\n{header}\r\n\r\nabc"));
        return socket;
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer));
    }
}
