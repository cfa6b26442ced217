using CDNet.MLNet.Data;

namespace CDNet.MLNet.Prepared;

/// <summary>What a prepared shard, or a whole set, consists of.</summary>
/// <param name="Pictures">Pictures of the data.</param>
/// <param name="Videos">Videos of the data.</param>
/// <param name="Rows">Rows of the set: a picture or a frame each.</param>
/// <param name="RowsWithoutFace">Rows without a face, which have no crops.</param>
/// <param name="RealFaces">Rows of reals with a face.</param>
/// <param name="FakeFaces">Rows of fakes with a face.</param>
/// <param name="Parts">Part files.</param>
/// <param name="PartsOfEarlierRuns">Part files that were finished before this run and were left as they are.</param>
/// <param name="Bytes">Size of the part files.</param>
/// <param name="Redone">Part files of earlier runs that were damaged and were made again.</param>
/// <param name="Problems">What is not as it should be, of earlier runs too.</param>
/// <param name="Seconds">How long this run took.</param>
public sealed record PrepareReport(
    int Pictures, int Videos, long Rows, long RowsWithoutFace, long RealFaces, long FakeFaces, int Parts, int PartsOfEarlierRuns, long Bytes,
    IReadOnlyList<SkippedItem> Redone, IReadOnlyList<PrepareProblem> Problems, double Seconds)
{
    /// <summary>What decoded the videos, for example "opencv 4.13"; null where there are none, or where the set does not tell.</summary>
    public string? Decoder { get; init; }

    /// <summary>How many items have each problem.</summary>
    public IReadOnlyDictionary<PrepareProblemKind, int> ProblemCounts
        => Enum.GetValues<PrepareProblemKind>().ToDictionary(kind => kind, kind => Problems.Count(problem => problem.Kind == kind));

    internal static PrepareReport Of(
        IReadOnlyCollection<ShardRecord> shards, IReadOnlyCollection<PartRecord> parts, int partsOfEarlierRuns, IReadOnlyList<SkippedItem> redone, double seconds)
        => new(
            shards.Sum(shard => shard.Pictures), shards.Sum(shard => shard.Videos),
            parts.Sum(part => part.Rows), parts.Sum(part => part.WithoutFace), parts.Sum(part => part.RealFaces), parts.Sum(part => part.FakeFaces),
            parts.Count, partsOfEarlierRuns, parts.Sum(part => part.Bytes), redone,
            [.. shards.SelectMany(shard => shard.Problems), .. parts.SelectMany(part => part.Problems)], seconds);
}
