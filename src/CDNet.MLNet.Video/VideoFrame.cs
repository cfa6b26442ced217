using Microsoft.ML.Data;

namespace CDNet.MLNet.Video;

/// <summary>One frame of a video. Dispose of it: its picture is native memory, 4 bytes a pixel.</summary>
public sealed class VideoFrame : IDisposable
{
    internal VideoFrame(int index, TimeSpan time, MLImage image)
    {
        Index = index;
        Time = time;
        Image = image;
    }

    /// <summary>
    /// Position among the frames that can be decoded, from 0. In a file with damaged places those that a sample went past without decoding them count too.
    /// </summary>
    public int Index { get; }

    /// <summary>When the frame is shown, counted from the start of the video.</summary>
    public TimeSpan Time { get; }

    /// <summary>The picture, upright by the video's rotation; red, green, blue and alpha (255), a byte each.</summary>
    public MLImage Image { get; }

    /// <inheritdoc/>
    public void Dispose() => Image.Dispose();
}
