using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Video;

/// <summary>How a video is read.</summary>
public sealed record VideoReaderOptions
{
    /// <summary>Threads that decode one video, 0 to 16. Default 0: one for each processor. Give 1 where several readers run side by side.</summary>
    public int DecoderThreads { get; init; }

    internal void Validate() => Check.Range(DecoderThreads, 0, 16, nameof(DecoderThreads));
}
