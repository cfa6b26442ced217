using OpenCvSharp;

namespace CDNet.MLNet.Video;

/// <summary>Goes through the packets of a video without decoding them.</summary>
internal sealed class PacketReader : IDisposable
{
    private readonly VideoCapture _capture;

    private PacketReader(VideoCapture capture) => _capture = capture;

    /// <summary>When the packet's frame is shown, in milliseconds.</summary>
    public double Milliseconds => _capture.Get(VideoCaptureProperties.PosMsec);

    /// <summary>Whether decoding can start at the packet.</summary>
    public bool IsKey => _capture.Get(FfmpegCapture.KeyFrameProperty) != 0;

    public static PacketReader Open(string path)
    {
        // Format -1 stands for packets as they are.
        var capture = FfmpegCapture.Open(path, (int)VideoCaptureProperties.Format, -1)
            ?? throw new InvalidDataException($"{path}: the file can no longer be read; it was changed after it was opened.");
        return new PacketReader(capture);
    }

    public bool MoveNext()
    {
        var damaged = 0;
        return FfmpegCapture.MoveNext(_capture, ref damaged);
    }

    public void Dispose() => _capture.Dispose();
}
