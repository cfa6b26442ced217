using CDNet.MLNet.Fuzzing.Readers;

namespace CDNet.MLNet.Fuzzing;

/// <summary>Every reader of bytes from outside; docs/reliability.md has them with their limits.</summary>
internal static class AllReaders
{
    public static IReadOnlyList<Reader> All { get; } =
    [
        .. ModelReaders.All, .. ManifestReaders.All, .. ScoreReaders.All, .. PreparedReaders.All, .. PictureReaders.All, .. VideoReaders.All,
    ];
}
