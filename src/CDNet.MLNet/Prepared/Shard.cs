using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace CDNet.MLNet.Prepared;

/// <summary>One of several equal shares of the data, so that several machines can prepare it.</summary>
/// <param name="Index">From 0 to <paramref name="Count"/> - 1.</param>
/// <param name="Count">How many shares there are.</param>
public sealed record Shard(int Index, int Count)
{
    /// <summary>Most shares: 100,000.</summary>
    public const int MaxCount = 100_000;

    /// <summary>All of the data.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>Reads <c>i/n</c>, i from 0 to n - 1.</summary>
    /// <param name="text">For example 0/8.</param>
    /// <exception cref="ArgumentException">It is no such share.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var index, var count] && Number(index) is { } i && Number(count) is { } n
            ? Checked(i, n, $"The shard {text}")
            : throw new ArgumentException($"The shard is {text}; expected i/n with i from 0 to n - 1, for example 0/8.", nameof(text));
    }

    /// <summary>
    /// The share of this process in a SLURM array (SLURM_ARRAY_TASK_ID, _MIN, _MAX, _STEP, _COUNT) or an indexed Kubernetes job (JOB_COMPLETION_INDEX);
    /// null outside of both.
    /// </summary>
    /// <param name="variable">Reads an environment variable; null where it is not set.</param>
    /// <param name="count">How many shares there are, where the environment does not say: Kubernetes does not.</param>
    /// <exception cref="ArgumentException">The variables contradict each other, or the count is missing; the message names them.</exception>
    public static Shard? FromEnvironment(Func<string, string?> variable, int? count = null)
    {
        ArgumentNullException.ThrowIfNull(variable);
        int? Read(string name) => variable(name) is { Length: > 0 } text
            ? Number(text) ?? throw new ArgumentException($"The environment variable {name} is {text}; expected a whole number from 0.", nameof(variable))
            : null;

        if (Read("SLURM_ARRAY_TASK_ID") is { } task)
        {
            var (first, step) = (Read("SLURM_ARRAY_TASK_MIN") ?? 0, Math.Max(1, Read("SLURM_ARRAY_TASK_STEP") ?? 1));
            var tasks = count ?? Read("SLURM_ARRAY_TASK_COUNT")
                ?? throw new ArgumentException("SLURM_ARRAY_TASK_ID is set but not SLURM_ARRAY_TASK_COUNT; give --shards N or --shard i/n.", nameof(count));
            if ((task - first) % step != 0 || (Read("SLURM_ARRAY_TASK_MAX") is { } last && count is null && (last - first) / step + 1 != tasks))
                throw new ArgumentException($"The SLURM array has gaps (task {task}, {tasks} tasks from {first} in steps of {step}); give --shard i/n.", nameof(variable));
            return Checked((task - first) / step, tasks, $"SLURM_ARRAY_TASK_ID {task}");
        }
        if (Read("JOB_COMPLETION_INDEX") is { } completion)
        {
            return Checked(
                completion,
                count ?? throw new ArgumentException("JOB_COMPLETION_INDEX is set; Kubernetes does not say how many there are: give --shards N.", nameof(count)),
                $"JOB_COMPLETION_INDEX {completion}");
        }
        return null;
    }

    /// <summary>Whether a source video belongs to this share: by a hash of its name that is the same on every machine.</summary>
    /// <param name="sourceVideo">The name.</param>
    public bool Has(string sourceVideo)
    {
        ArgumentNullException.ThrowIfNull(sourceVideo);
        return XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(sourceVideo)) % (ulong)Count == (ulong)Index;
    }

    /// <summary>i/n.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    private static Shard Checked(int index, int count, string what)
        => count is >= 1 and <= MaxCount && index < count
            ? new Shard(index, count)
            : throw new ArgumentException($"{what}: index {index} of {count}; expected 1 to {MaxCount:N0} shards and an index from 0 to their count - 1.");

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
