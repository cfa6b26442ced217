using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training.Checkpoints;

/// <summary>The folder in which a training in two stages keeps its checkpoint and its metrics.</summary>
internal sealed class CheckpointStore
{
    /// <summary>The name of the checkpoint in the folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    private readonly CheckpointFile _file;

    private CheckpointStore(string folder, SamFeatureOptions options)
    {
        Directory.CreateDirectory(folder);
        _file = new CheckpointFile(Path.Combine(folder, FileName), TrainingFingerprint.Of(options), options.Resume, options.CheckpointInterval);
        Metrics = new MetricsLog(folder);
    }

    /// <summary>The metrics beside the checkpoint.</summary>
    public MetricsLog Metrics { get; }

    /// <summary>The store of the options' folder, or null where they name none.</summary>
    public static CheckpointStore? Of(SamFeatureOptions options) => options.CheckpointFolder is { } folder ? new CheckpointStore(folder, options) : null;

    /// <summary>The checkpoint to go on from; null where the training begins anew.</summary>
    /// <exception cref="InvalidOperationException">There is one that was not asked for, or of other options; the message names the differences.</exception>
    /// <exception cref="InvalidDataException">There is one that is damaged.</exception>
    public Checkpoint<TrainingState>? Load() => _file.Load(TrainingState.FromJson);

    /// <summary>Refuses to go on with other rows.</summary>
    /// <exception cref="InvalidOperationException">The rows differ.</exception>
    public void CheckData(Checkpoint<TrainingState>? checkpoint, string data)
    {
        if (checkpoint is not null)
            _file.RequireSameData(checkpoint.Data, data);
    }

    /// <summary>Whether the interval since the last checkpoint is over.</summary>
    public bool IsDue(TimeSpan now) => _file.IsDue(now);

    /// <summary>Writes a checkpoint in place of the last one.</summary>
    public void Save(TrainingState state, EpochReport? best, string data, IReadOnlyDictionary<string, Tensor> tensors, TimeSpan now)
    {
        (state.Seconds, state.Best) = (now.TotalSeconds, best);
        state.MetricsBytes = Metrics.Flush();
        _file.Save(state.ToJson(), data, tensors, now);
    }

    /// <summary>Removes the checkpoint of a training that is over; the metrics stay.</summary>
    public void Complete() => _file.Complete();
}
