using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Video;

/// <summary>How a video is read.</summary>
public sealed record VideoReaderOptions
{
    /// <summary>What decodes. Default: OpenCV, which gives the same bits on every machine.</summary>
    public VideoDecoder Decoder { get; init; }

    /// <summary>Threads that decode one video, 0 to 16. Default 0: one for each processor. Give 1 where several readers run side by side.</summary>
    public int DecoderThreads { get; init; }

    /// <summary>The folder with the programs ffmpeg and ffprobe. Default null: they are looked for where the system looks for programs (PATH).</summary>
    public string? FfmpegFolder { get; init; }

    /// <summary>
    /// Seconds, 1 to 86,400, after which an ffmpeg or ffprobe that neither gives anything nor uses the processor is ended and the video counts as unreadable. Default 60.
    /// </summary>
    public double StallSeconds { get; init; } = 60;

    internal void Validate()
    {
        Check.Range(DecoderThreads, 0, 16, nameof(DecoderThreads));
        Check.Range(StallSeconds, 1, 86_400, nameof(StallSeconds));
        Check.Defined(Decoder, nameof(Decoder));
    }
}
