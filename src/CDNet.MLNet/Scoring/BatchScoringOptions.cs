using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Scoring;

/// <summary>How <see cref="BatchScorer"/> divides its work.</summary>
public sealed record BatchScoringOptions
{
    /// <summary>Most looks at a face: 4.</summary>
    public const int MaxLooks = FaceLooks.Most;

    /// <summary>Which frames of videos are looked at, and what happens to pictures first. Default: 32 frames; no videos, for which a source must be given.</summary>
    public ScoringOptions Scoring { get; init; } = new();

    /// <summary>Faces that go through the network at once, 1 to 1,024; each takes about 90 MB for each worker. Default: 2, more are slower on a processor because they leave its caches; on a graphics card more pay.</summary>
    public int BatchSize { get; init; } = 2;

    /// <summary>Pieces of work that are done at the same time, each by one thread: a picture or frame, or a batch of faces; 1 to 1,024. Default: the number of processors.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// How often each face is looked at, 1 to <see cref="MaxLooks"/>: as it was found, then a little moved and resized, in a mirror or not; the mean of the scores counts. A forgery shows in every look, what the network is
    /// unsure of does not. Each look takes the network's time. docs/results.md says what they bring. Default: 1, the scores of the ML.NET pipeline.
    /// </summary>
    public int Looks { get; init; } = 1;

    /// <summary>What the network computes in. Default: 32 bits, the scores of the ML.NET pipeline; 8 bits are for the processor alone.</summary>
    public ScoringPrecision Precision { get; init; } = ScoringPrecision.Full;

    /// <summary>The CUDA device that the network runs on. Default: null, the processor. Needs ONNX Runtime's GPU package.</summary>
    public int? GpuDeviceId { get; init; }

    /// <summary>Whether the processor takes over where the device cannot be used. Default: false, it is an error.</summary>
    public bool FallbackToCpu { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Scoring);
        Scoring.Validate();
        Check.Range(BatchSize, 1, 1024, nameof(BatchSize));
        Check.Range(Looks, 1, MaxLooks, nameof(Looks));
        Check.Range(Workers, 1, 1024, nameof(Workers));
        Check.Defined(Precision, nameof(Precision));
        if (Precision == ScoringPrecision.EightBit && GpuDeviceId is { } device)
            throw new ArgumentException($"{nameof(Precision)} is {Precision} and {nameof(GpuDeviceId)} {device}: graphics cards compute in 32 bits here. Leave one of them out.", nameof(Precision));
        Check.Range(GpuDeviceId ?? 0, 0, int.MaxValue, nameof(GpuDeviceId));
    }
}
