using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Torch.Training.Checkpoints;

/// <summary>What a training must have in common with the one that it resumes.</summary>
internal static class TrainingFingerprint
{
    // They say where and how it is run, not what comes out; and which epoch is kept, which may be chosen anew on the way.
    private static readonly HashSet<string> LeftOut =
    [
        nameof(SamFeatureOptions.Progress), nameof(SamFeatureOptions.Logger), nameof(SamFeatureOptions.CancellationToken), nameof(SamFeatureOptions.CacheFolder),
        nameof(SamFeatureOptions.GpuDeviceId), nameof(SamFeatureOptions.FallbackToCpu), nameof(SamFeatureOptions.CheckpointFolder),
        nameof(SamFeatureOptions.CheckpointInterval), nameof(SamFeatureOptions.Resume), nameof(SamFeatureOptions.Keep),
    ];

    // What an older version did not have is as it was without.
    private static readonly Lazy<Dictionary<string, string>> Defaults = new(() => Of(new SamFeatureOptions()));

    /// <summary>The options that decide what comes out, by name, as text.</summary>
    /// <param name="options">The options.</param>
    /// <param name="leftOut">Names of those that decide nothing, beside the names that all trainings have for such.</param>
    public static Dictionary<string, string> Of(object options, params string[] leftOut)
        => options.GetType().GetProperties()
            .Where(property => property.CanWrite && !LeftOut.Contains(property.Name) && !leftOut.Contains(property.Name))
            .ToDictionary(property => property.Name, property => Convert.ToString(property.GetValue(options), CultureInfo.InvariantCulture) ?? "");

    /// <summary>The rows: how many, and a hash of their labels, groups and amplitudes.</summary>
    public static string Of(CropCache cache)
    {
        var hash = new XxHash3();
        var amplitudes = new float[SamSpec.AllAmplitudes];
        Span<byte> row = stackalloc byte[10];
        for (var i = 0; i < cache.Count; i++)
        {
            MemoryMarshal.Write(row, cache[i].Group);
            row[8] = cache[i].IsFake ? (byte)1 : (byte)0;
            row[9] = cache[i].IsValidation switch { null => 2, true => 1, false => 0 };
            hash.Append(row);
            cache.ReadAmplitudes(i, amplitudes);
            hash.Append(MemoryMarshal.AsBytes<float>(amplitudes));
        }
        return $"{cache.Count} rows, {Convert.ToHexStringLower(hash.GetCurrentHash())}";
    }

    public static string ToJson(Dictionary<string, string> options) => JsonSerializer.Serialize(options);

    public static Dictionary<string, string> FromJson(string text) => JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [];

    /// <summary>Names each difference with both values; empty where there is none.</summary>
    public static string Differences(IReadOnlyDictionary<string, string> then, IReadOnlyDictionary<string, string> now)
        => string.Join("; ", then.Keys.Union(now.Keys)
            .Select(name => (Name: name, Then: then.GetValueOrDefault(name) ?? Defaults.Value.GetValueOrDefault(name, "absent"), Now: now.GetValueOrDefault(name, "absent")))
            .Where(option => option.Then != option.Now)
            .Select(option => $"{option.Name} was {Shown(option.Then)} and is {Shown(option.Now)}"));

    private static string Shown(string value) => value.Length > 0 ? value : "not set";
}
