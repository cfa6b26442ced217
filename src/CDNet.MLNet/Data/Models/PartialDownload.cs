using System.Net.Http.Headers;
using System.Text;

namespace CDNet.MLNet.Data.Models;

/// <summary>The beginning of a file, left by a download that was cut off, with the mark by which the server knows the version it is of.</summary>
internal sealed class PartialDownload : IDisposable
{
    private readonly string _markPath;

    private PartialDownload(string path, FileStream stream) => (Path, Stream, _markPath) = (path, stream, path + ".from");

    public string Path { get; }

    /// <summary>What is there, open at its end. No other process can open it.</summary>
    public FileStream Stream { get; }

    /// <summary>Opens the one beside a file, or begins one.</summary>
    /// <exception cref="IOException">Another process is at it.</exception>
    public static PartialDownload Open(string target)
    {
        var path = target + ".partial";
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            stream.Seek(0, SeekOrigin.End);
            return new PartialDownload(path, stream);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException($"{path}: another process seems to be at this download ({e.Message})", e);
        }
    }

    /// <summary>Asks for the rest only, where there is a beginning from this address.</summary>
    /// <param name="request">The request that asks.</param>
    /// <remarks>
    /// If the server had a strong mark for the version, the rest is asked for on condition that it still is that version. Without one a beginning and an
    /// end of two versions may meet; the SHA-256 of the whole tells.
    /// </remarks>
    public void AskForRest(HttpRequestMessage request)
    {
        if (Stream.Length == 0 || !File.Exists(_markPath))
            return;
        var lines = File.ReadAllLines(_markPath, Encoding.UTF8);
        if (lines.Length != 2 || lines[0] != request.RequestUri!.AbsoluteUri)
            return;
        request.Headers.Range = new RangeHeaderValue(Stream.Length, null);
        if (EntityTagHeaderValue.TryParse(lines[1], out var tag))
            request.Headers.IfRange = new RangeConditionHeaderValue(tag);
    }

    /// <summary>Begins anew with a version of an address.</summary>
    public void Restart(Uri url, EntityTagHeaderValue? tag)
    {
        Stream.SetLength(0);
        File.WriteAllLines(_markPath, [url.AbsoluteUri, tag is { IsWeak: false } ? tag.ToString() : ""], Encoding.UTF8);
    }

    /// <summary>Gives the whole file its name.</summary>
    public void Finish(string target)
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(Path, target, overwrite: true);
        File.Delete(_markPath);
    }

    /// <summary>Throws away what is there.</summary>
    public void Discard()
    {
        Stream.Dispose();
        File.Delete(Path);
        File.Delete(_markPath);
    }

    public void Dispose() => Stream.Dispose();
}
