namespace CDNet.MLNet.Video;

/// <summary>When each frame of a video is shown and which are key frames, read from its packets without decoding them.</summary>
internal sealed class FrameTimeline
{
    private readonly double[] _milliseconds;
    private readonly int[] _keys;

    /// <param name="packets">Time of display in milliseconds and whether it is a key frame, of each packet in the order of the file.</param>
    public FrameTimeline(IEnumerable<(double Milliseconds, bool IsKey)> packets)
    {
        // Nothing before the first key frame can be decoded.
        var frames = packets.SkipWhile(packet => !packet.IsKey).OrderBy(packet => packet.Milliseconds).ToArray();
        _milliseconds = Array.ConvertAll(frames, frame => frame.Milliseconds);
        _keys = [.. Enumerable.Range(0, frames.Length).Where(i => frames[i].IsKey)];
        IsUsable = frames.Length > 0 && Enumerable.Range(1, frames.Length - 1).All(i => _milliseconds[i] > _milliseconds[i - 1]);
    }

    /// <summary>False where packets have no time of their own, so that frames cannot be told apart by it: bare H.264 streams, some MPEG programme streams.</summary>
    public bool IsUsable { get; }

    /// <summary>Number of frames.</summary>
    public int Count => _milliseconds.Length;

    /// <summary>When the last frame is shown.</summary>
    public TimeSpan End => double.IsFinite(_milliseconds[^1]) ? TimeSpan.FromMilliseconds(Math.Clamp(_milliseconds[^1], 0, TimeSpan.MaxValue.TotalMilliseconds / 2)) : TimeSpan.Zero;

    /// <summary>Reads all packets of a video; the pictures in them are not decoded.</summary>
    public static FrameTimeline Read(string path, CancellationToken c)
    {
        using var packets = PacketReader.Open(path);
        var read = new List<(double, bool)>();
        while (packets.MoveNext())
        {
            c.ThrowIfCancellationRequested();
            read.Add((packets.Milliseconds, packets.IsKey));
        }
        return new FrameTimeline(read);
    }

    /// <summary>When a frame is shown, in milliseconds.</summary>
    public double MillisecondsOf(int index) => _milliseconds[index];

    /// <summary>The frame that is shown at exactly this time; negative where there is none.</summary>
    public int IndexOf(double milliseconds) => Array.BinarySearch(_milliseconds, milliseconds);

    /// <summary>The last key frame at an index or before it; -1 where there is none.</summary>
    public int KeyAtOrBefore(int index)
    {
        var at = Array.BinarySearch(_keys, index);
        if (at < 0)
            at = ~at - 1;
        return at < 0 ? -1 : _keys[at];
    }
}
