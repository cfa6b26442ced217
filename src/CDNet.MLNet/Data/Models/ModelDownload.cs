using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace CDNet.MLNet.Data.Models;

/// <summary>
/// Fetches a model file over HTTPS: goes on where an earlier try stopped, tries again what may pass by itself, and gives the file its name only
/// when size and SHA-256 are right.
/// </summary>
/// <param name="client">Sends the requests.</param>
/// <param name="report">Told what happens, in a sentence.</param>
/// <param name="progress">Told how many bytes are there.</param>
/// <param name="pause">Waits before another try; a real wait by default.</param>
internal sealed class ModelDownload(HttpClient client, Action<string> report, Action<long> progress, Func<TimeSpan, CancellationToken, Task>? pause = null)
{
    /// <summary>Tries for one address.</summary>
    public const int Tries = 5;

    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Func<TimeSpan, CancellationToken, Task> _pause = pause ?? Task.Delay;

    /// <summary>Whether addresses at this very machine may be plain HTTP: for tests.</summary>
    internal bool AllowsLoopback { get; init; }

    /// <summary>Fetches from the first address that has the file.</summary>
    /// <param name="manifest">What to fetch.</param>
    /// <param name="addresses">Where from, the best first.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="cancellation">Stops; what is there stays for the next time.</param>
    /// <exception cref="ModelDownloadException">No address gave the file; the message says why for each.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task FetchAsync(ModelManifest manifest, IReadOnlyList<Uri> addresses, string target, CancellationToken cancellation)
    {
        foreach (var address in addresses)
            RequireSecure(address);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        var reasons = new List<string>();
        foreach (var address in addresses)
        {
            if (await TryAddressAsync(manifest, address, target, cancellation) is not { } reason)
                return;
            reasons.Add($"{address}: {reason}");
        }
        throw new ModelDownloadException(string.Join(" ", reasons));
    }

    /// <summary>Tries one address until it gives the file or there is no hope.</summary>
    /// <returns>Why there is none; null where the file is there.</returns>
    private async Task<string?> TryAddressAsync(ModelManifest manifest, Uri address, string target, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await AttemptAsync(manifest, address, target, cancellation);
            if (outcome.IsDone)
                return null;
            if (!outcome.MayPass || attempt == Tries)
                return outcome.Reason;
            var wait = outcome.After ?? TimeSpan.FromSeconds(Math.Pow(2, attempt - 1));
            wait = wait < LongestPause ? wait : LongestPause;
            report($"{address}: {outcome.Reason} Try {attempt + 1} of {Tries} in {wait.TotalSeconds:F0} s.");
            await _pause(wait, cancellation);
        }
    }

    private async Task<Outcome> AttemptAsync(ModelManifest manifest, Uri address, string target, CancellationToken cancellation)
    {
        using var partial = PartialDownload.Open(target);
        try
        {
            // Stopped between the last byte and the name.
            if (partial.Stream.Length == manifest.Bytes)
                return await CheckAsync(partial, manifest, target, isResumed: true, cancellation);
            // A silent server counts as a broken line.
            using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            stall.CancelAfter(Stall);
            using var response = await AskAsync(partial, address, stall.Token);
            if (Refusal(response) is { } refusal)
                return refusal;
            if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange is { From: var from } && from == partial.Stream.Length)
                report($"{address}: going on at byte {from:N0} of {manifest.Bytes:N0}.");
            else if (response.StatusCode == HttpStatusCode.OK)
                partial.Restart(address, response.Headers.ETag);
            else
                return Anew(partial, $"the server sent another part than it was asked for ({(int)response.StatusCode}).");
            if (partial.Stream.Length + response.Content.Headers.ContentLength is { } total && total != manifest.Bytes)
                return Wrong(partial, $"the file there has {total:N0} bytes instead of {manifest.Bytes:N0}: it is another one.");
            if (await CopyAsync(response, partial.Stream, manifest.Bytes, stall) > manifest.Bytes)
                return Wrong(partial, $"the file there has more than {manifest.Bytes:N0} bytes: it is another one.");
            return partial.Stream.Length < manifest.Bytes
                ? new Outcome(MayPass: true, $"the line broke at byte {partial.Stream.Length:N0} of {manifest.Bytes:N0}.")
                : await CheckAsync(partial, manifest, target, isResumed: response.StatusCode == HttpStatusCode.PartialContent, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Where not even the name can be looked up there is no network, and who is not trusted now will not be in a second.
            var isHopeless = e is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } or { InnerException: AuthenticationException };
            var what = e is OperationCanceledException ? $"nothing came for {Stall.TotalSeconds:F0} s" : (e.InnerException ?? e).Message.TrimEnd('.');
            var reason = partial.Stream.Length > 0 ? $"the line broke at byte {partial.Stream.Length:N0} of {manifest.Bytes:N0} ({what})." : $"{what}.";
            return new Outcome(MayPass: !isHopeless, reason);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(PartialDownload partial, Uri address, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        partial.AskForRest(request);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private static Outcome? Refusal(HttpResponseMessage response)
    {
        var status = response.StatusCode;
        if (response.IsSuccessStatusCode || status == HttpStatusCode.RequestedRangeNotSatisfiable)
            return null;
        if ((int)status is >= 300 and < 400)
            return new Outcome(MayPass: false, $"the server sends on to {response.Headers.Location}, which is no HTTPS address.");
        var mayPass = (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
        return new Outcome(mayPass, $"the server says {(int)status} {response.ReasonPhrase}.", After: response.Headers.RetryAfter?.Delta);
    }

    private async Task<long> CopyAsync(HttpResponseMessage response, FileStream file, long most, CancellationTokenSource stall)
    {
        await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
        var buffer = new byte[1 << 16];
        try
        {
            while (file.Length <= most && await ReadAsync(body, buffer, stall.Token) is > 0 and var read)
            {
                stall.CancelAfter(Stall);
                file.Write(buffer, 0, read);
                progress(file.Length);
            }
        }
        finally
        {
            file.Flush();
        }
        return file.Length;
    }

    // A broken line is told from a full disk: both are IOExceptions.
    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }

    private static async Task<Outcome> CheckAsync(PartialDownload partial, ModelManifest manifest, string target, bool isResumed, CancellationToken cancellation)
    {
        partial.Stream.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(partial.Stream, cancellation));
        if (hash == manifest.Sha256)
        {
            partial.Finish(target);
            return new Outcome(MayPass: false, "") { IsDone = true };
        }
        var reason = $"the SHA-256 is {hash} instead of {manifest.Sha256}";
        return isResumed ? Anew(partial, $"{reason}; the parts do not belong together.") : Wrong(partial, $"{reason}: it is another file.");
    }

    /// <summary>What is there is no good; the whole may be.</summary>
    private static Outcome Anew(PartialDownload partial, string reason)
    {
        partial.Discard();
        return new Outcome(MayPass: true, reason);
    }

    /// <summary>The address has another file; asking again would give the same.</summary>
    private static Outcome Wrong(PartialDownload partial, string reason)
    {
        partial.Discard();
        return new Outcome(MayPass: false, reason);
    }

    private void RequireSecure(Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !(AllowsLoopback && address.IsLoopback))
            throw new ArgumentException($"{address}: only https:// addresses are fetched from.");
    }

    private sealed record Outcome(bool MayPass, string Reason, TimeSpan? After = null)
    {
        public bool IsDone { get; init; }
    }
}

/// <summary>No address gave the file.</summary>
internal sealed class ModelDownloadException(string message) : IOException(message);
