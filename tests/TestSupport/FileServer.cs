using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CDNet.TestSupport;

/// <summary>A web server on this machine with one file; knows ranges, and can misbehave: cut the line, change the file, refuse, redirect.</summary>
public sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <param name="content">The file.</param>
    /// <param name="certificate">With one the server speaks HTTPS.</param>
    public FileServer(byte[] content, X509Certificate2? certificate = null)
    {
        (Content, _certificate) = (content, certificate);
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    public Uri Address => new($"{(_certificate is null ? "http" : "https")}://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/model.bin");

    public byte[] Content { get; set; }

    /// <summary>The mark of the file's version; none where null.</summary>
    public string? Tag { get; set; } = "\"v1\"";

    /// <summary>Bytes of a body after which the line is cut, for each request in turn; after the last nothing is cut.</summary>
    public Queue<int> CutAfter { get; } = new();

    /// <summary>Status lines in place of the file, for each request in turn, with header lines behind.</summary>
    public Queue<string> Refusals { get; } = new();

    /// <summary>Whether ranges are passed over, as some servers do.</summary>
    public bool IgnoresRanges { get; set; }

    /// <summary>Waits this long before each 4 KB.</summary>
    public TimeSpan Slowness { get; set; }

    /// <summary>The Range header of each request; empty where there was none.</summary>
    public List<string> Ranges { get; } = [];

    public void Dispose()
    {
        if (_loop.IsCompleted)
            return;
        _stop.Cancel();
        // Before the listener goes: the loop may just be about to use it.
        _loop.Wait(TimeSpan.FromSeconds(5));
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = await OpenAsync(client);
                await ServeAsync(stream);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_certificate is null)
            return client.GetStream();
        var secure = new SslStream(client.GetStream());
        await secure.AuthenticateAsServerAsync(_certificate);
        return secure;
    }

    private async Task ServeAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await reader.ReadLineAsync(_stop.Token);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        var range = headers.GetValueOrDefault("Range", "");
        Ranges.Add(range);
        if (Refusals.TryDequeue(out var refusal))
        {
            await WriteAsync(stream, $"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return;
        }
        var isPart = range.Length > 0 && !IgnoresRanges && (!headers.TryGetValue("If-Range", out var condition) || condition == Tag);
        var from = isPart ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        var tag = Tag is null ? "" : $"ETag: {Tag}\r\n";
        if (from >= Content.Length && isPart)
        {
            await WriteAsync(stream, $"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{Content.Length}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return;
        }
        var status = isPart ? $"206 Partial Content\r\nContent-Range: bytes {from}-{Content.Length - 1}/{Content.Length}" : "200 OK";
        await WriteAsync(stream, $"HTTP/1.1 {status}\r\n{tag}Content-Length: {Content.Length - from}\r\nConnection: close\r\n\r\n");
        await SendAsync(stream, Content.AsMemory(from, Math.Min(Content.Length - from, CutAfter.TryDequeue(out var cut) ? cut : int.MaxValue)));
    }

    private async Task SendAsync(Stream stream, ReadOnlyMemory<byte> body)
    {
        for (var at = 0; at < body.Length; at += 4096)
        {
            if (Slowness > TimeSpan.Zero)
                await Task.Delay(Slowness, _stop.Token);
            await stream.WriteAsync(body.Slice(at, Math.Min(4096, body.Length - at)), _stop.Token);
            await stream.FlushAsync(_stop.Token);
        }
    }

    private async Task WriteAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}
