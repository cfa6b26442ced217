namespace CDNet.MLNet.Video.Ffmpeg;

/// <summary>What ffprobe says of a video stream.</summary>
/// <param name="Codec">For example h264.</param>
/// <param name="Width">Width in pixels, upright.</param>
/// <param name="Height">Height in pixels, upright.</param>
/// <param name="PixelFormat">For example yuv420p.</param>
/// <param name="FramesPerSecond">On average; 0 where it is not known.</param>
/// <param name="SecondsATick">Length of a unit of time stamps.</param>
/// <param name="Start">The first time stamp.</param>
/// <param name="DeclaredFrameCount">By the header, or by duration and rate; 0 where neither is known.</param>
/// <param name="Turns">Quarter turns clockwise that bring the picture upright, 0 to 3.</param>
internal sealed record StreamFacts(
    string Codec, int Width, int Height, string PixelFormat, double FramesPerSecond, double SecondsATick, long Start, int DeclaredFrameCount, int Turns)
{
    /// <summary>
    /// The filters that turn a decoded frame into an upright one of red, green, blue and alpha. Colours are made as OpenCV makes them: by BT.601 whatever the file says, the full range
    /// of values where the pixel format says so (yuvj).
    /// </summary>
    public string Filters
    {
        get
        {
            var range = PixelFormat.StartsWith("yuvj", StringComparison.Ordinal) ? "full" : "limited";
            var turn = Turns switch { 1 => ",transpose=clock", 2 => ",hflip,vflip", 3 => ",transpose=cclock", _ => "" };
            return $"scale=flags=bicubic:in_color_matrix=bt601:in_range={range},format=rgba{turn}";
        }
    }

    /// <summary>When a frame is shown, by its time stamp and the frame before it; made to rise where there are no time stamps or wrong ones.</summary>
    public TimeSpan TimeOf(long? stamp, TimeSpan before)
    {
        var time = stamp is { } ticks ? TimeSpan.FromTicks((long)Math.Round((ticks - Start) * SecondsATick * 1000 * TimeSpan.TicksPerMillisecond)) : before;
        return time > before ? time : before + (FramesPerSecond > 0 ? TimeSpan.FromSeconds(1 / FramesPerSecond) : TimeSpan.FromTicks(1));
    }
}
