namespace CDNet.MLNet.Video.Ffmpeg;

/// <summary>The time stamps of a video's frames in order of display, and which are key frames.</summary>
internal sealed class PacketTimeline
{
    private readonly long[] _stamps;
    private readonly int[] _keys;

    /// <param name="packets">Time stamp and whether it is a key frame, of each packet in the order of the file; null for a packet without a time stamp.</param>
    public PacketTimeline(IReadOnlyCollection<(long? Stamp, bool IsKey)> packets)
    {
        // Nothing before the first key frame can be decoded.
        var frames = packets.SkipWhile(packet => !packet.IsKey).OrderBy(packet => packet.Stamp).ToArray();
        _stamps = Array.ConvertAll(frames, frame => frame.Stamp ?? 0);
        _keys = [.. Enumerable.Range(0, frames.Length).Where(i => frames[i].IsKey)];
        IsUsable = frames.Length > 0 && frames.All(frame => frame.Stamp is not null) && Enumerable.Range(1, frames.Length - 1).All(i => _stamps[i] > _stamps[i - 1]);
    }

    /// <summary>False where packets have no time stamp of their own, so that frames cannot be told apart by it.</summary>
    public bool IsUsable { get; }

    /// <summary>Number of frames.</summary>
    public int Count => _stamps.Length;

    /// <summary>The time stamp of a frame.</summary>
    public long StampOf(int index) => _stamps[index];

    /// <summary>
    /// Frames that one run of ffmpeg gives, each with the key frame that it begins at; null for the beginning. A new run costs about as much as decoding
    /// <paramref name="reach"/> frames, so it begins only where a key frame lies further ahead than that.
    /// </summary>
    public IEnumerable<(int[] Frames, int? Key)> Runs(IEnumerable<int> frames, int reach)
    {
        var (run, start, next) = (new List<int>(), (int?)null, 0);
        foreach (var frame in frames)
        {
            if (KeyAtOrBefore(frame) is var key && key - next > reach)
            {
                if (run.Count > 0)
                    yield return ([.. run], start);
                (run, start) = ([], key);
            }
            run.Add(frame);
            next = frame + 1;
        }
        if (run.Count > 0)
            yield return ([.. run], start);
    }

    private int KeyAtOrBefore(int index)
    {
        var at = Array.BinarySearch(_keys, index);
        return at >= 0 ? _keys[at] : ~at == 0 ? -1 : _keys[~at - 1];
    }
}
