using Microsoft.ML.Data;

namespace CDNet.MLNet.Data;

/// <summary>Takes frames out of videos; CDNet.MLNet itself knows no video format, CDNet.MLNet.Video does.</summary>
public interface IFrameSource
{
    /// <summary>Endings of file names that are videos, in lower case with their dot.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>What decodes, with its version as far as pixels may depend on it, for example "ffmpeg 5.1". A prepared set records it. Default: "", for a source that need not be told from another.</summary>
    string Decoder => "";

    /// <summary>Reads a video from its beginning to its end. Several are read at the same time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">How many frames, spread evenly over the video; null for every one.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Frames by rising index, decoded one at a time.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no video, or damaged from some frame on; the frames before it have been given.</exception>
    IEnumerable<SourceFrame> Read(string path, int? count, CancellationToken cancellation);
}

/// <summary>A frame of a video.</summary>
/// <param name="Index">Its place in the video from 0.</param>
/// <param name="Image">The picture, upright; disposed of with the frame.</param>
public sealed record SourceFrame(int Index, MLImage Image) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => Image.Dispose();
}
