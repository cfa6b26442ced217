namespace CDNet.MLNet.Video;

/// <summary>A video opened by one of the decoders; what <see cref="VideoReader"/> promises of its members holds for both.</summary>
internal interface IVideoBackend : IDisposable
{
    int Width { get; }

    int Height { get; }

    double FramesPerSecond { get; }

    int DeclaredFrameCount { get; }

    string? Warning { get; }

    IEnumerable<VideoFrame> All(CancellationToken c);

    IEnumerable<VideoFrame> Sample(int count, CancellationToken c);
}
