namespace CDNet.MLNet.Torch.Training.Checkpoints;

/// <summary>Writes what a training measures. A resumed training cuts off what was measured after its checkpoint, so no line is there twice.</summary>
internal sealed class MetricsLog(string folder)
{
    private readonly string _path = Path.Combine(folder, TrainingMetric.FileName);
    private readonly List<string> _waiting = [];

    /// <summary>Cuts the file to the length it had at a checkpoint; 0 begins anew.</summary>
    public void Begin(long length)
    {
        using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write);
        file.SetLength(Math.Min(length, file.Length));
    }

    /// <summary>Adds a line, which is written with the next <see cref="Flush"/>.</summary>
    public void Add(TrainingMetric metric) => _waiting.Add(metric.ToJson());

    /// <summary>Writes the waiting lines.</summary>
    /// <returns>The length of the file in bytes.</returns>
    public long Flush()
    {
        File.AppendAllLines(_path, _waiting);
        _waiting.Clear();
        return new FileInfo(_path).Length;
    }
}
