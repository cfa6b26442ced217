using CDNet.MLNet.Data;

namespace CDNet.MLNet.Video;

/// <summary>Frames of videos for <see cref="MLNet.Prepared.SetPreparer"/> and <see cref="MLNet.Scoring.CDNetModel"/>, by <see cref="VideoReader"/>.</summary>
public sealed class VideoFrameSource : IFrameSource
{
    /// <inheritdoc />
    public IReadOnlyList<string> Extensions => VideoFile.Extensions;

    /// <inheritdoc />
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing or does not load; the message says what to install.</exception>
    public IEnumerable<SourceFrame> Read(string path, int? count, CancellationToken cancellation)
    {
        using var reader = VideoReader.Open(path);
        foreach (var frame in count is { } some ? reader.Sample(some, cancellation) : reader.All(cancellation))
            yield return new SourceFrame(frame.Index, frame.Image);
        if (reader.Warning is { } warning)
            throw new InvalidDataException(warning);
    }
}
