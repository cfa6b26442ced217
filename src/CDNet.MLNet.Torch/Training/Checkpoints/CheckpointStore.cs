using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training.Checkpoints;

/// <summary>A training read back.</summary>
internal sealed record Checkpoint(TrainingState State, string Data, IReadOnlyDictionary<string, Tensor> Tensors) : IDisposable
{
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
            tensor.Dispose();
    }
}

/// <summary>The folder in which a training keeps its checkpoint and its metrics.</summary>
internal sealed class CheckpointStore
{
    /// <summary>The name of the checkpoint in the folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    private const string Version = "1";
    private const string VersionKey = "cdnet.version";
    private const string StateKey = "cdnet.state";
    private const string OptionsKey = "cdnet.options";
    private const string DataKey = "cdnet.data";

    private readonly string _path;
    private readonly SamFeatureOptions _options;
    private readonly Dictionary<string, string> _fingerprint;
    private TimeSpan _lastSaved;

    private CheckpointStore(string folder, SamFeatureOptions options)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, FileName);
        _options = options;
        _fingerprint = TrainingFingerprint.Of(options);
        Metrics = new MetricsLog(folder);
    }

    /// <summary>The metrics beside the checkpoint.</summary>
    public MetricsLog Metrics { get; }

    /// <summary>The store of the options' folder, or null where they name none.</summary>
    public static CheckpointStore? Of(SamFeatureOptions options) => options.CheckpointFolder is { } folder ? new CheckpointStore(folder, options) : null;

    /// <summary>The checkpoint to go on from; null where the training begins anew.</summary>
    /// <exception cref="InvalidOperationException">There is one that was not asked for, or of other options; the message names the differences.</exception>
    /// <exception cref="InvalidDataException">There is one that is damaged.</exception>
    public Checkpoint? Load()
    {
        if (!File.Exists(_path))
            return null;
        if (!_options.Resume)
            throw new InvalidOperationException($"{_path}: a training was not finished here. Set {nameof(SamFeatureOptions.Resume)} (--resume) to go on with it, or remove the file to begin anew.");
        var (metadata, tensors) = Safetensors.Read(_path);
        try
        {
            if (metadata.GetValueOrDefault(VersionKey) != Version)
                throw new InvalidDataException($"{_path}: a checkpoint of version {metadata.GetValueOrDefault(VersionKey, "unknown")}; this program reads version {Version}. Remove it to begin anew.");
            var differences = TrainingFingerprint.Differences(TrainingFingerprint.FromJson(metadata[OptionsKey]), _fingerprint);
            return differences.Length == 0
                ? new Checkpoint(TrainingState.FromJson(metadata[StateKey]), metadata[DataKey], tensors)
                : throw new InvalidOperationException($"{_path}: the checkpoint is of other options: {differences}. Give the same ones to go on, or remove the file to begin anew.");
        }
        catch
        {
            foreach (var tensor in tensors.Values)
                tensor.Dispose();
            throw;
        }
    }

    /// <summary>Refuses to go on with other rows.</summary>
    /// <exception cref="InvalidOperationException">The rows differ.</exception>
    public void CheckData(Checkpoint? checkpoint, string data)
    {
        if (checkpoint is not null && checkpoint.Data != data)
            throw new InvalidOperationException($"{_path}: the checkpoint is of other data: {checkpoint.Data}; now it is {data}. Give the same pictures, detector and crop options to go on, or remove the file to begin anew.");
    }

    /// <summary>Whether the interval since the last checkpoint is over.</summary>
    public bool IsDue(TimeSpan now) => now - _lastSaved >= _options.CheckpointInterval;

    /// <summary>Writes a checkpoint in place of the last one.</summary>
    public void Save(TrainingState state, EpochReport? best, string data, IReadOnlyDictionary<string, Tensor> tensors, TimeSpan now)
    {
        (state.Seconds, state.Best) = (now.TotalSeconds, best);
        state.MetricsBytes = Metrics.Flush();
        var metadata = new Dictionary<string, string>
        {
            [VersionKey] = Version,
            [OptionsKey] = TrainingFingerprint.ToJson(_fingerprint),
            [DataKey] = data,
            [StateKey] = state.ToJson(),
        };
        Safetensors.Write(_path, metadata, tensors);
        _lastSaved = now;
    }

    /// <summary>Removes the checkpoint of a training that is over; the metrics stay.</summary>
    public void Complete() => File.Delete(_path);
}
