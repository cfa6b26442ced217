using CDNet.MLNet.Data;
using CDNet.MLNet.Video.Ffmpeg;

namespace CDNet.MLNet.Video;

/// <summary>Frames of videos for <see cref="MLNet.Prepared.SetPreparer"/> and <see cref="MLNet.Scoring.CDNetModel"/>, by <see cref="VideoReader"/>.</summary>
public sealed class VideoFrameSource : IFrameSource
{
    private readonly VideoReaderOptions _options;
    private readonly FfmpegPrograms? _programs;

    /// <summary>Creates a source that decodes with OpenCV.</summary>
    public VideoFrameSource()
        : this(new VideoReaderOptions())
    {
    }

    /// <summary>Creates a source.</summary>
    /// <param name="options">How videos are read.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The program ffmpeg was asked for and is missing or too old; the message says what to install.</exception>
    public VideoFrameSource(VideoReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _programs = FfmpegPrograms.For(options);
        _options = options;
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Extensions => VideoFile.Extensions;

    /// <inheritdoc />
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing or does not load; the message says what to install.</exception>
    public string Decoder => _programs?.Identity ?? OpenCvLibrary.Identity;

    /// <inheritdoc />
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing or does not load; the message says what to install.</exception>
    public IEnumerable<SourceFrame> Read(string path, int? count, CancellationToken cancellation)
    {
        using var reader = VideoReader.Open(path, _options, forSample: count is not null, cancellation);
        foreach (var frame in count is { } some ? reader.Sample(some, cancellation) : reader.All(cancellation))
            yield return new SourceFrame(frame.Index, frame.Image);
        if (reader.Warning is { } warning)
            throw new InvalidDataException(warning);
    }
}
