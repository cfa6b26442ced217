using System.CommandLine;
using CDNet.MLNet.Prepared;

namespace CDNet.Cli.Commands;

/// <summary>Which share of the work a process does.</summary>
/// <param name="verb">What is done with the share, as descriptions begin.</param>
internal sealed class ShardOptions(string verb)
{
    public Option<string> Shard { get; } = new("--shard")
    {
        Description = $"{verb} share i of n, i from 0 to n - 1, for example 0/8. Default: from SLURM_ARRAY_TASK_ID and its companions or JOB_COMPLETION_INDEX, else all.",
    };

    public Option<int?> Shards { get; } = new("--shards") { Description = "How many shares there are, where the environment gives the index alone (Kubernetes)." };

    /// <summary>The share that was named, or that the environment names; all where there is none.</summary>
    /// <exception cref="ArgumentException">The options or the environment contradict themselves; the message names them.</exception>
    public Shard Parse(ParseResult parsed)
    {
        if (parsed.GetValue(Shard) is { } shard)
            return MLNet.Prepared.Shard.Parse(shard);
        if (MLNet.Prepared.Shard.FromEnvironment(Environment.GetEnvironmentVariable, parsed.GetValue(Shards)) is { } ofEnvironment)
            return ofEnvironment;
        return parsed.GetValue(Shards) is null or 1
            ? MLNet.Prepared.Shard.Whole
            : throw new ArgumentException("--shards is given, but neither --shard nor SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX says which one this is.");
    }
}
