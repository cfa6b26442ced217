using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Training;
using CDNet.MLNet.Torch.Training.Checkpoints;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>Where a training on drawn scenes stands, apart from its tensors.</summary>
/// <param name="Scenes">Scenes trained on.</param>
/// <param name="Seconds">Time of the steps.</param>
/// <param name="Loss">Mean loss of the last steps; null before the first.</param>
internal sealed record SceneState(long Scenes, double Seconds, double? Loss)
{
    /// <summary>Before the first step.</summary>
    public static SceneState Start { get; } = new(0, 0, null);
}

/// <summary>Keeps what a training on drawn scenes needs to go on after it was killed. Scenes depend on their number alone, so it ends as one that was never interrupted.</summary>
internal sealed class SceneCheckpoints : IDisposable
{
    private readonly CheckpointFile _file;
    private readonly Checkpoint<SceneState>? _resumed;
    private string _data = "";

    private SceneCheckpoints(string path, FaceDetectorTrainingOptions options)
    {
        _file = new CheckpointFile(path, TrainingFingerprint.Of(options, nameof(options.CheckpointPath)), options.Resume, options.CheckpointInterval);
        _resumed = _file.Load(text => JsonSerializer.Deserialize<SceneState>(text) ?? throw new InvalidDataException($"{path}: it does not say where the training stood. Remove it to begin anew."));
    }

    /// <summary>Those of the options' file, read where one is there; null where they name none.</summary>
    /// <exception cref="InvalidOperationException">There is one that was not asked for, or of other options.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static SceneCheckpoints? Of(FaceDetectorTrainingOptions options) => options.CheckpointPath is { } path ? new SceneCheckpoints(path, options) : null;

    /// <summary>Notes what is trained on, and refuses to go on with other pictures.</summary>
    /// <param name="training">What is trained.</param>
    /// <param name="labels">The pictures.</param>
    /// <exception cref="InvalidOperationException">The checkpoint is of others.</exception>
    public void Note(string training, TeacherLabels labels)
    {
        _data = $"{training}, {labels.People.Count} pictures with faces, {labels.Places.Count} without, {Hash(labels)}";
        if (_resumed is not null)
            _file.RequireSameData(_resumed.Data, _data);
    }

    /// <summary>Gives a network and its optimiser the saved numbers, where there are some.</summary>
    /// <returns>Where the training stands.</returns>
    public SceneState Restore(nn.Module network, AdamOptimizer optimizer)
    {
        if (_resumed is null)
            return SceneState.Start;
        NetworkSnapshot.Copy(_resumed.Tensors, network.NamedTensors());
        optimizer.Restore(_resumed.Tensors);
        return _resumed.State;
    }

    /// <summary>Whether the interval since the last checkpoint is over.</summary>
    public bool IsDue(TimeSpan now) => _file.IsDue(now);

    /// <summary>Writes a checkpoint in the place of the last.</summary>
    public void Save(SceneState state, nn.Module network, AdamOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        var tensors = network.NamedTensors();
        optimizer.AddTo(tensors);
        _file.Save(JsonSerializer.Serialize(state), _data, tensors, TimeSpan.FromSeconds(state.Seconds));
    }

    /// <summary>Removes the checkpoint of a training that is over.</summary>
    public void Complete() => _file.Complete();

    public void Dispose() => _resumed?.Dispose();

    private static string Hash(TeacherLabels labels)
    {
        var hash = new XxHash3();
        Span<float> points = stackalloc float[FaceKeypoints.Length];
        foreach (var source in labels.People.Concat(labels.Places))
        {
            hash.Append(source.Levels[0].Planes);
            foreach (var face in source.Faces)
            {
                face.Keypoints.CopyTo(points);
                hash.Append(MemoryMarshal.AsBytes(points));
            }
        }
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
