namespace CDNet.MLNet.Scoring.Bundles;

/// <summary>What a model zip may have at most; checked before anything of the size that it claims is set aside.</summary>
internal static class BundleLimits
{
    /// <summary>Most entries: 4,096. The library's own models have about 60.</summary>
    public const int MaxEntries = 4096;

    /// <summary>Most bytes of an entry once unpacked: 1 GiB.</summary>
    public const long MaxEntryBytes = 1L << 30;

    /// <summary>Most bytes of all entries once unpacked: 2 GiB.</summary>
    public const long MaxTotalBytes = 2L << 30;

    /// <summary>How many times as large an entry may become by unpacking: 200. Weights become 1.1 times as large.</summary>
    public const int MaxRatio = 200;

    /// <summary>Bytes up to which the ratio is not looked at: 1 MiB.</summary>
    public const long SmallBytes = 1L << 20;

    /// <summary>Most letters of an entry's name: 260.</summary>
    public const int MaxNameLength = 260;
}
