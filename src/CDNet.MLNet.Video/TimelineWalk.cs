namespace CDNet.MLNet.Video;

/// <summary>Goes to frames by their place on the timeline, over key frames where that is shorter, and checks at each step where it is.</summary>
internal sealed class TimelineWalk : IDisposable
{
    // OpenCV starts 16 frames before the one asked for; one more for rounding.
    private const int SeekReach = 17;

    // What going to another place costs, in frames decoded.
    private const int SeekCost = 4;

    private readonly FrameTimeline _timeline;
    private readonly Func<FrameDecoder> _open;
    private bool _seeks = true;
    private int _next;

    /// <param name="timeline">The frames to expect.</param>
    /// <param name="open">Makes a decoder that stands before the first frame.</param>
    public TimelineWalk(FrameTimeline timeline, Func<FrameDecoder> open)
    {
        _timeline = timeline;
        _open = open;
        Decoder = open();
    }

    /// <summary>The decoder, at the frame that was reached last.</summary>
    public FrameDecoder Decoder { get; private set; }

    /// <summary>How often a key frame was gone to.</summary>
    public int Seeks { get; private set; }

    /// <summary>Frames decoded on the way, those inside a seek not counted.</summary>
    public int Steps { get; private set; }

    /// <summary>Decodes up to a frame; false where the decoder gives other frames than the timeline has.</summary>
    /// <param name="target">The frame, behind the last one reached.</param>
    /// <param name="c">Stops the walk.</param>
    public bool Reach(int target, CancellationToken c)
    {
        // Where a container keeps the order of decoding alone (AVI), frames in both directions come out under other times than their packets have.
        if (_next == 0 && _timeline.IndexOf(Decoder.Milliseconds) != 0)
            return false;
        if (_seeks && SeekTarget(target) is { } frame && !Seek(frame, target))
        {
            // This file does not go where it is told to: from its beginning, then.
            _seeks = false;
            Decoder.Dispose();
            Decoder = _open();
            _next = 0;
        }
        while (_next <= target)
        {
            c.ThrowIfCancellationRequested();
            if (!Decoder.MoveNext() || _timeline.IndexOf(Decoder.Milliseconds) != _next)
                return false;
            _next++;
            Steps++;
        }
        return true;
    }

    /// <summary>The frame to ask OpenCV for on the way to a target; null where going on from here is shorter.</summary>
    private long? SeekTarget(int target)
    {
        var key = _timeline.KeyAtOrBefore(target - SeekReach);
        if (key - _next <= SeekCost)
            return null;
        var frame = (long)Math.Round(_timeline.MillisecondsOf(key) / 1000 * Decoder.FramesPerSecond) + SeekReach;
        // OpenCV does not go beyond the number of frames that the header declares.
        return frame < Decoder.DeclaredFrameCount ? frame : null;
    }

    private bool Seek(long frame, int target)
    {
        Seeks++;
        Decoder.Seek(frame);
        if (!Decoder.MoveNext())
            return false;
        var index = _timeline.IndexOf(Decoder.Milliseconds);
        if (index < _next || index > target)
            return false;
        _next = index + 1;
        return true;
    }

    public void Dispose() => Decoder.Dispose();
}
