namespace CDNet.MLNet.Video;

/// <summary>What decodes videos.</summary>
public enum VideoDecoder
{
    /// <summary>The FFmpeg inside OpenCV's native library: the same on every machine, and nothing has to be installed.</summary>
    OpenCv,

    /// <summary>The programs ffmpeg and ffprobe, version 5.1 or later, which must be installed. About three times as fast, and AV1 where they know it; colours may differ by rounding.</summary>
    Ffmpeg,

    /// <summary>The programs where they are installed, else OpenCV.</summary>
    Auto,
}
