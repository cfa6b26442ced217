using CDNet.MLNet.Prepared;
using CDNet.MLNet.Video;

namespace CDNet.Cli.Inputs;

/// <summary>Frames of videos for <c>cdnet prepare</c>.</summary>
internal sealed class VideoFrames : IFrameSource
{
    public IReadOnlyList<string> Extensions => VideoFile.Extensions;

    public IEnumerable<SourceFrame> Read(string path, int? count, CancellationToken cancellation)
    {
        using var reader = VideoReader.Open(path);
        foreach (var frame in count is { } some ? reader.Sample(some, cancellation) : reader.All(cancellation))
            yield return new SourceFrame(frame.Index, frame.Image);
        if (reader.Warning is { } warning)
            throw new InvalidDataException(warning);
    }
}
