using System.Text;
using Microsoft.ML.Data;
using OpenCvSharp;

namespace CDNet.MLNet.Video;

/// <summary>One way through a video: decodes frame after frame, and converts those that are wanted.</summary>
internal sealed class FrameDecoder : IDisposable
{
    private const double LatestTicks = 10_000.0 * TimeSpan.TicksPerDay;
    private const double LeastRate = 1e-6;

    private readonly string _path;
    private readonly VideoCapture _capture;
    private readonly Mat _picture = new();
    private readonly Mat _rgba = new();
    private readonly StillPicture _still = new();
    private bool _firstIsWaiting;
    private int _damaged;

    private FrameDecoder(string path, VideoCapture capture)
    {
        _path = path;
        _capture = capture;
        FramesPerSecond = capture.Get(VideoCaptureProperties.Fps) is var fps && double.IsFinite(fps) ? Math.Max(0, fps) : 0;
        DeclaredFrameCount = (int)Math.Clamp(capture.Get(VideoCaptureProperties.FrameCount), 0, int.MaxValue);
        Width = (int)capture.Get(VideoCaptureProperties.FrameWidth);
        Height = (int)capture.Get(VideoCaptureProperties.FrameHeight);
    }

    public int Width { get; }

    public int Height { get; }

    public double FramesPerSecond { get; }

    public int DeclaredFrameCount { get; }

    /// <summary>What is known of the file so far.</summary>
    public ReadFacts Facts => new(_path, FramesPerSecond, DeclaredFrameCount, _damaged == 0 ? null : $"damaged places: {_damaged}", _still.Longest);

    /// <summary>When the current frame is shown, as FFmpeg has it.</summary>
    public double Milliseconds { get; private set; }

    /// <summary>When the current frame is shown, made to rise where FFmpeg has no times or wrong ones.</summary>
    public TimeSpan Time { get; private set; } = TimeSpan.FromTicks(-1);

    /// <summary>Opens a video and decodes its first frame.</summary>
    public static FrameDecoder Open(string path, VideoReaderOptions options)
    {
        VideoHealth.CheckFile(path);
        var capture = FfmpegCapture.Open(path, options.DecoderThreads == 0 ? [] : [FfmpegCapture.ThreadsProperty, options.DecoderThreads])
            ?? throw new InvalidDataException($"{path}: {VideoHealth.WhyNotOpened(path)}.");
        var decoder = new FrameDecoder(path, capture);
        if ((long)decoder.Width * decoder.Height > VideoReader.MaxPixels)
        {
            decoder.Dispose();
            throw new InvalidDataException($"{path}: frames of {decoder.Width}x{decoder.Height} pixels are too large (at most {VideoReader.MaxPixels:N0} pixels).");
        }
        if (!decoder.MoveNext())
        {
            var reason = VideoHealth.WhyNoFrame(decoder.CodecName());
            decoder.Dispose();
            throw new InvalidDataException($"{path}: {reason}.");
        }
        decoder._firstIsWaiting = true;
        return decoder;
    }

    /// <summary>Decodes the next frame, over damaged places; false at the end.</summary>
    public bool MoveNext()
    {
        if (_firstIsWaiting)
        {
            _firstIsWaiting = false;
            return true;
        }
        if (!FfmpegCapture.MoveNext(_capture, ref _damaged))
            return false;
        Milliseconds = _capture.Get(VideoCaptureProperties.PosMsec);
        // A damaged file may say anything.
        var time = TimeSpan.FromTicks((long)Math.Clamp(Math.Round(Milliseconds * TimeSpan.TicksPerMillisecond), 0, LatestTicks));
        if (time <= Time)
            time = Time + (FramesPerSecond > LeastRate ? TimeSpan.FromSeconds(1 / FramesPerSecond) : TimeSpan.FromTicks(1));
        Time = time;
        return true;
    }

    /// <summary>
    /// Goes to a place near a frame; where, the next frame's time tells. OpenCV counts frames by their time at the average rate, goes back to a key frame at least
    /// 16 of them earlier, and decodes up to the frame before the one asked for.
    /// </summary>
    public void Seek(long frame)
    {
        _firstIsWaiting = false;
        _capture.Set(VideoCaptureProperties.PosFrames, frame);
        Time = TimeSpan.FromTicks(-1);
    }

    /// <summary>Converts the current frame.</summary>
    public unsafe VideoFrame ToFrame(int index)
    {
        try
        {
            if (!_capture.Retrieve(_picture) || _picture.Empty())
                throw new InvalidDataException($"{_path}: frame {index} could not be converted.");
            // The size may change on the way.
            if ((long)_picture.Width * _picture.Height > VideoReader.MaxPixels)
                throw new InvalidDataException($"{_path}: frame {index} of {_picture.Width}x{_picture.Height} pixels is too large (at most {VideoReader.MaxPixels:N0} pixels).");
            Cv2.CvtColor(_picture, _rgba, ColorConversionCodes.BGR2RGBA);
        }
        catch (OpenCVException e)
        {
            throw new InvalidDataException($"{_path}: frame {index} could not be converted: {e.Message}", e);
        }
        var pixels = new ReadOnlySpan<byte>((void*)_rgba.Data, checked(_rgba.Width * _rgba.Height * 4));
        _still.Add(pixels, Time);
        return new VideoFrame(index, Time, MLImage.CreateFromPixels(_rgba.Width, _rgba.Height, MLPixelFormat.Rgba32, pixels));
    }

    private string CodecName()
    {
        var code = (uint)_capture.Get(VideoCaptureProperties.FourCC);
        return Encoding.ASCII.GetString([(byte)code, (byte)(code >> 8), (byte)(code >> 16), (byte)(code >> 24)]).Trim('\0', ' ');
    }

    public void Dispose()
    {
        _capture.Dispose();
        _picture.Dispose();
        _rgba.Dispose();
    }
}
