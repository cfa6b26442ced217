namespace CDNet.MLNet.Torch.Training;

/// <summary>Keeps the weights of the epoch with the highest validation AUC; without validation rows, those of the last one.</summary>
internal sealed class BestEpoch : IDisposable
{
    private EpochReport? _report;
    private NetworkSnapshot? _snapshot;

    public void Offer(EpochReport report, Func<NetworkSnapshot> snapshot)
    {
        if (_report is not null && !double.IsNaN(report.ValidationAuc) && report.ValidationAuc <= _report.ValidationAuc)
            return;
        _snapshot?.Dispose();
        (_report, _snapshot) = (report, snapshot());
    }

    /// <summary>Brings its weights back.</summary>
    public EpochReport Restore()
    {
        _snapshot?.Restore();
        return _report ?? throw new InvalidOperationException("The time budget ended before the first training step. Give more time or fewer rows.");
    }

    public void Dispose() => _snapshot?.Dispose();
}
