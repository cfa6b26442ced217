using OpenCvSharp;

namespace CDNet.MLNet.Video;

/// <summary>Opens files with OpenCV's FFmpeg part and steps over what it stumbles on.</summary>
internal static class FfmpegCapture
{
    /// <summary>CAP_PROP_N_THREADS, which OpenCvSharp has no name for.</summary>
    public const int ThreadsProperty = 70;

    /// <summary>CAP_PROP_LRF_HAS_KEY_FRAME, which OpenCvSharp has no name for: whether the packet read last is a key frame.</summary>
    public const int KeyFrameProperty = 67;

    // A packet that cannot be decoded looks like the end of the file. At the real end an attempt takes microseconds.
    private const int Attempts = 500;

    /// <summary>Opens a file; null where FFmpeg finds no video in it or has no decoder for it.</summary>
    /// <param name="path">The file. It must exist: FFmpeg takes other texts for addresses.</param>
    /// <param name="parameters">OpenCV's properties and their values by turns.</param>
    public static VideoCapture? Open(string path, params int[] parameters)
    {
        OpenCvLibrary.EnsureLoaded();
        var capture = new VideoCapture(Path.GetFullPath(path), VideoCaptureAPIs.FFMPEG, parameters);
        if (capture.IsOpened())
            return capture;
        capture.Dispose();
        return null;
    }

    /// <summary>Goes on to the next frame or packet, over damaged ones; false at the end of the file.</summary>
    public static bool MoveNext(VideoCapture capture, ref int damaged)
    {
        for (var failed = 0; failed < Attempts; failed++)
        {
            if (capture.Grab())
            {
                damaged += failed;
                return true;
            }
        }
        return false;
    }
}
