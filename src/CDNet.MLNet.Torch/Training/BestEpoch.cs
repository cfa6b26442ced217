using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Keeps the weights of the epoch with the highest validation AUC; without validation rows, and on demand, those of the last one.</summary>
/// <param name="weights">The tensors to keep, by name.</param>
/// <param name="keep">Whether the last one is the best in any case.</param>
internal sealed class BestEpoch(IReadOnlyDictionary<string, Tensor> weights, KeptEpoch keep) : IDisposable
{
    private NetworkSnapshot? _snapshot;

    /// <summary>The best epoch so far.</summary>
    public EpochReport? Report { get; private set; }

    /// <summary>Its tensors; empty before the first.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _snapshot?.Copies ?? new Dictionary<string, Tensor>();

    /// <summary>Keeps the weights as they stand where the epoch is better than the best.</summary>
    public void Offer(EpochReport report)
    {
        if (keep == KeptEpoch.Best && Report is not null && !double.IsNaN(report.ValidationAuc) && report.ValidationAuc <= Report.ValidationAuc)
            return;
        Set(report);
    }

    /// <summary>Takes the weights as they stand for those of an epoch.</summary>
    public void Set(EpochReport report)
    {
        _snapshot?.Dispose();
        (Report, _snapshot) = (report, new NetworkSnapshot(weights));
    }

    /// <summary>Brings its weights back.</summary>
    public EpochReport Restore()
    {
        _snapshot?.Restore();
        return Report ?? throw new InvalidOperationException("The time budget ended before the first training step. Give more time or fewer rows.");
    }

    public void Dispose() => _snapshot?.Dispose();
}
