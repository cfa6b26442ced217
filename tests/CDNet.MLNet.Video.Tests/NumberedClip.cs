using Microsoft.ML.Data;
using OpenCvSharp;

namespace CDNet.MLNet.Video.Tests;

/// <summary>Clips whose frames show their own number, as a row of black and white squares that compression leaves readable.</summary>
internal static class NumberedClip
{
    public const int Width = 192;
    public const int Height = 96;
    private const int Bits = 12;
    private const int Square = 16;

    /// <summary>Writes a clip: MPEG-4 with a key frame every 12 frames where the name ends in .mp4, Motion JPEG (key frames alone) in .avi.</summary>
    public static string Write(string path, int frames, double framesPerSecond = 25)
    {
        var codec = FourCC.FromString(path.EndsWith(".avi", StringComparison.Ordinal) ? "MJPG" : "mp4v");
        using var writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, codec, framesPerSecond, new Size(Width, Height), true);
        Assert.IsTrue(writer.IsOpened(), path);
        using var picture = new Mat(Height, Width, MatType.CV_8UC3);
        for (var number = 0; number < frames; number++)
        {
            // The lower half moves, so that every frame differs and depends on those before it.
            picture.SetTo(new Scalar(90, 110, 130));
            Cv2.Circle(picture, new Point(number * 7 % Width, 64), 20, new Scalar(number * 5 % 256, 255 - number * 3 % 256, 40), -1);
            for (var bit = 0; bit < Bits; bit++)
                Cv2.Rectangle(picture, new Rect(bit * Square, 0, Square, 2 * Square), (number >> bit & 1) == 1 ? Scalar.White : Scalar.Black, -1);
            writer.Write(picture);
        }
        return path;
    }

    /// <summary>The number that a frame shows.</summary>
    public static int NumberIn(MLImage image)
    {
        var number = 0;
        for (var bit = 0; bit < Bits; bit++)
            number |= RedAt(image, bit * Square + Square / 2, Square) > 128 ? 1 << bit : 0;
        return number;
    }

    /// <summary>The red channel of a pixel.</summary>
    public static byte RedAt(MLImage image, int x, int y) => image.Pixels[(y * image.Width + x) * 4];
}
