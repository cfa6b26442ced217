using System.Net;

namespace CDNet.Server;

/// <summary>Where <see cref="ScoringServer"/> listens, and how much it takes.</summary>
public sealed record ServeOptions
{
    /// <summary>What it listens on: localhost for this machine alone, an address of this machine (0.0.0.0 or [::] for all of them). Default: localhost. There is no authentication.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The port, 0 to 65,535; 0 takes any that is free. Default: 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Names that requests may be for (their Host header), beside <see cref="Host"/> and the names of this machine to itself; needed behind a proxy. Default: none.</summary>
    /// <remarks>Where <see cref="Host"/> is no loopback address and nothing is named here, every name is taken.</remarks>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Most bytes of one request's pictures, 1 KiB to 1 GiB. Default: 20 MiB. More is answered by 413.</summary>
    public long MaxUploadBytes { get; init; } = 20L << 20;

    /// <summary>Most pictures of one request, 1 to 1,000. Default: 16. More is answered by 413.</summary>
    public int MaxPictures { get; init; } = 16;

    /// <summary>Most pixels of a picture, 1 to 200,000,000; it is refused before it is decoded. Default: 50,000,000, which take 400 MB while they are worked on, 600 MB where the picture lies on its side.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>Most faces of a picture, 1 to 10,000. Default: 32.</summary>
    public int MaxFaces { get; init; } = 32;

    /// <summary>Requests that are worked on at the same time, each by one thread, 1 to 1,024. Default: the number of processors.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Requests that are let in beside those, to send their pictures and to wait, 0 to 10,000. Default: 16. More are answered by 429.</summary>
    public int MaxWaiting { get; init; } = 16;

    /// <summary>Time a request may take, upload and waiting included, 0.1 seconds to 1 hour. Default: 30 seconds. Longer ones are answered by 504. When the server is stopped, running requests have as long.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether it can only be reached from this machine.</summary>
    internal bool IsLocal => IPAddress.IsLoopback(Address);

    /// <summary>The address of <see cref="Host"/>.</summary>
    internal IPAddress Address => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        ? IPAddress.Loopback
        : IPAddress.TryParse(Host, out var address)
            ? address
            : throw new ArgumentException($"{nameof(Host)} is {Host}; expected localhost or an IP address of this machine, for example 0.0.0.0 for all of them.");

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Host);
        _ = Address;
        ArgumentNullException.ThrowIfNull(AllowedHosts);
        if (AllowedHosts.FirstOrDefault(string.IsNullOrWhiteSpace) is not null)
            throw new ArgumentException($"{nameof(AllowedHosts)} has an empty name; expected names such as faces.example.org.");
        Range(Port, 0, 65_535, nameof(Port));
        Range(MaxUploadBytes, 1 << 10, 1 << 30, nameof(MaxUploadBytes));
        Range(MaxPictures, 1, 1000, nameof(MaxPictures));
        Range(MaxPixels, 1, MLNet.Data.PictureReader.MaxPixels, nameof(MaxPixels));
        Range(MaxFaces, 1, 10_000, nameof(MaxFaces));
        Range(Workers, 1, 1024, nameof(Workers));
        Range(MaxWaiting, 0, 10_000, nameof(MaxWaiting));
        Range(Timeout.TotalSeconds, 0.1, 3600, $"{nameof(Timeout)} in seconds");
    }

    private static void Range(double value, double least, double most, string option) => MLNet.Pipeline.Check.Range(value, least, most, option);
}
