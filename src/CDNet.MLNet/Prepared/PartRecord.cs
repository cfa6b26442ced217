using System.Text.Json.Serialization;

namespace CDNet.MLNet.Prepared;

/// <summary><c>shard-xxxxx-of-nnnnn-part-yyyyy.json</c>, written behind the part file: the part is finished.</summary>
/// <param name="Rows">Rows of the file.</param>
/// <param name="WithoutFace">Rows without a face.</param>
/// <param name="RealFaces">Rows of reals with a face.</param>
/// <param name="FakeFaces">Rows of fakes with a face.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">SHA-256 of the file.</param>
/// <param name="Splits">Rows of each split.</param>
/// <param name="Problems">What is wrong with its pictures and videos.</param>
internal sealed record PartRecord(
    long Rows, long WithoutFace, long RealFaces, long FakeFaces, long Bytes, string Sha256,
    SortedDictionary<string, long> Splits, IReadOnlyList<PrepareProblem> Problems) : ICheckedRecord
{
    /// <summary>Most rows of a part: 2 thousand million.</summary>
    private const long MostRows = 2_000_000_000;

    /// <inheritdoc />
    [JsonIgnore]
    public bool IsPossible => Rows is >= 0 and <= MostRows && Bytes >= 0 && WithoutFace >= 0 && RealFaces >= 0 && FakeFaces >= 0 && WithoutFace + RealFaces + FakeFaces == Rows
        && Sha256 is not null && Splits is not null && Splits.Values.All(rows => rows >= 0 && rows <= Rows) && Problems is not null && Problems.All(problem => problem is { Path: not null });
}
