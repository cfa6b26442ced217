using CDNet.MLNet.Onnx;
using CDNet.MLNet.Video;

namespace CDNet.MLNet.Fuzzing.Readers;

/// <summary>Videos, through OpenCV and the FFmpeg inside it.</summary>
internal static class VideoReaders
{
    public static IReadOnlyList<Reader> All { get; } =
    [
        new Reader("video", Read) { IsSlow = true, MaxAllocation = 512L << 20, Words = ["ftyp", "moov", "mdat", "trak", "RIFF", "AVI ", "movi"] },
    ];

    private static void Read(byte[] input)
    {
        NativeEnvironment.Set("OPENCV_LOG_LEVEL", "SILENT");
        NativeEnvironment.Set("OPENCV_FFMPEG_LOGLEVEL", "-8");
        foreach (var frame in new VideoFrameSource().Read(Scratch.Write("input.avi", input), 3, CancellationToken.None))
            frame.Dispose();
    }
}
