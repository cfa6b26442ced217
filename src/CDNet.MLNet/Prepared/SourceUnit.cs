namespace CDNet.MLNet.Prepared;

/// <summary>A picture or a video that is to be prepared.</summary>
/// <param name="File">The file on this machine.</param>
/// <param name="Path">Its path below the root, with slashes: the same on every machine.</param>
/// <param name="Video">The video whose frame it is.</param>
/// <param name="SourceVideo">The original recording behind it.</param>
/// <param name="Method">The way the fake was made.</param>
/// <param name="Split">The part of the data.</param>
/// <param name="IsFake">The label.</param>
/// <param name="IsVideo">Whether frames are taken out of it.</param>
/// <param name="Weight">Rows that it is expected to give, at least 1.</param>
internal sealed record SourceUnit(
    string File, string Path, string Video, string SourceVideo, string Method, string Split, bool IsFake, bool IsVideo, int Weight)
{
    /// <summary>All that the set depends on, on one line.</summary>
    public string Identity => string.Join('\t', Path, Video, SourceVideo, Method, Split, IsFake ? "fake" : "real", IsVideo ? "video" : "picture", Weight);
}
