using System.IO.Hashing;

namespace CDNet.MLNet.Video;

/// <summary>
/// Notices a picture that stands still, bit for bit. Cameras do not do that; OpenCV does where the size of the pictures changes on the way: it goes on giving the last one of
/// the old size.
/// </summary>
internal sealed class StillPicture
{
    private ulong _last;
    private TimeSpan? _since;

    /// <summary>The longest time that a picture stood still.</summary>
    public TimeSpan Longest { get; private set; }

    public void Add(ReadOnlySpan<byte> pixels, TimeSpan time)
    {
        var hash = XxHash3.HashToUInt64(pixels);
        if (_since is { } since && hash == _last)
            Longest = time - since > Longest ? time - since : Longest;
        else
            (_last, _since) = (hash, time);
    }
}
