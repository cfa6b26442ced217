using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training.Checkpoints;

/// <summary>A training read back.</summary>
/// <param name="State">Where it stood.</param>
/// <param name="Data">What it learns from.</param>
/// <param name="Tensors">Its numbers by name.</param>
internal sealed record Checkpoint<TState>(TState State, string Data, IReadOnlyDictionary<string, Tensor> Tensors) : IDisposable
{
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
            tensor.Dispose();
    }
}

/// <summary>The file from which a training that was killed goes on.</summary>
/// <param name="path">The file.</param>
/// <param name="fingerprint">The options that decide what comes out (<see cref="TrainingFingerprint"/>): the same ones let it go on.</param>
/// <param name="isResumed">Whether to go on where there is one.</param>
/// <param name="interval">Time between two.</param>
internal sealed class CheckpointFile(string path, Dictionary<string, string> fingerprint, bool isResumed, TimeSpan interval)
{
    private const string Version = "1";
    private const string VersionKey = "cdnet.version";
    private const string StateKey = "cdnet.state";
    private const string OptionsKey = "cdnet.options";
    private const string DataKey = "cdnet.data";

    private TimeSpan _lastSaved;

    /// <summary>The checkpoint to go on from; null where the training begins anew.</summary>
    /// <param name="parse">Reads where it stood.</param>
    /// <exception cref="InvalidOperationException">There is one that was not asked for, or of other options; the message names the differences.</exception>
    /// <exception cref="InvalidDataException">There is one that is damaged.</exception>
    public Checkpoint<TState>? Load<TState>(Func<string, TState> parse)
    {
        if (!File.Exists(path))
            return null;
        if (!isResumed)
            throw new InvalidOperationException($"{path}: a training was not finished here. Set {nameof(SamFeatureOptions.Resume)} (--resume) to go on with it, or remove the file to begin anew.");
        var (metadata, tensors) = Safetensors.Read(path);
        try
        {
            if (metadata.GetValueOrDefault(VersionKey) != Version)
                throw new InvalidDataException($"{path}: a checkpoint of version {metadata.GetValueOrDefault(VersionKey, "unknown")}; this program reads version {Version}. Remove it to begin anew.");
            var differences = TrainingFingerprint.Differences(TrainingFingerprint.FromJson(metadata[OptionsKey]), fingerprint);
            return differences.Length == 0
                ? new Checkpoint<TState>(parse(metadata[StateKey]), metadata[DataKey], tensors)
                : throw new InvalidOperationException($"{path}: the checkpoint is of other options: {differences}. Give the same ones to go on, or remove the file to begin anew.");
        }
        catch
        {
            foreach (var tensor in tensors.Values)
                tensor.Dispose();
            throw;
        }
    }

    /// <summary>Refuses to go on with other data.</summary>
    /// <param name="then">What the checkpoint is of.</param>
    /// <param name="now">What there is.</param>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public void RequireSameData(string then, string now)
    {
        if (then != now)
            throw new InvalidOperationException($"{path}: the checkpoint is of other data: {then}; now it is {now}. Give the same pictures, detector and crop options to go on, or remove the file to begin anew.");
    }

    /// <summary>Whether the interval since the last one is over.</summary>
    public bool IsDue(TimeSpan now) => now - _lastSaved >= interval;

    /// <summary>Writes one in the place of the last.</summary>
    public void Save(string state, string data, IReadOnlyDictionary<string, Tensor> tensors, TimeSpan now)
    {
        var metadata = new Dictionary<string, string>
        {
            [VersionKey] = Version,
            [OptionsKey] = TrainingFingerprint.ToJson(fingerprint),
            [DataKey] = data,
            [StateKey] = state,
        };
        Safetensors.Write(path, metadata, tensors);
        _lastSaved = now;
    }

    /// <summary>Removes that of a training which is over.</summary>
    public void Complete() => File.Delete(path);
}
