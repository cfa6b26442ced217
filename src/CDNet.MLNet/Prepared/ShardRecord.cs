using System.Text.Json.Serialization;

namespace CDNet.MLNet.Prepared;

/// <summary><c>shard-xxxxx-of-nnnnn.json</c>: what a shard is to consist of.</summary>
/// <param name="Shard">Its index.</param>
/// <param name="Shards">How many there are.</param>
/// <param name="Units">SHA-256 of its pictures and videos.</param>
/// <param name="Pictures">How many pictures it has.</param>
/// <param name="Videos">How many videos it has.</param>
/// <param name="Parts">How many part files it has.</param>
/// <param name="Problems">What is wrong with the list.</param>
internal sealed record ShardRecord(int Shard, int Shards, string Units, int Pictures, int Videos, int Parts, IReadOnlyList<PrepareProblem> Problems) : ICheckedRecord
{
    /// <inheritdoc />
    [JsonIgnore]
    public bool IsPossible => Shard >= 0 && Shard < Shards && Pictures >= 0 && Videos >= 0 && Parts >= 0 && Problems is not null && Problems.All(problem => problem is { Path: not null });
}
