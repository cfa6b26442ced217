using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training.Checkpoints;

/// <summary>All tensors of a running stage: as they stand, of its best epoch, and of the optimiser.</summary>
/// <param name="live">What the stage changes, by name.</param>
/// <param name="best">The best epoch.</param>
/// <param name="optimizer">The optimiser.</param>
internal sealed class StageTensors(IReadOnlyDictionary<string, Tensor> live, BestEpoch best, AdamOptimizer optimizer)
{
    private const string Now = "now.";
    private const string BestPrefix = "best.";

    /// <summary>The best epoch so far; null before the first.</summary>
    public EpochReport? Best => best.Report;

    /// <summary>Everything by name. The optimiser's step counts are copies, the rest is not.</summary>
    public Dictionary<string, Tensor> ToDictionary()
    {
        var all = new Dictionary<string, Tensor>();
        foreach (var (name, tensor) in live)
            all[Now + name] = tensor;
        foreach (var (name, tensor) in best.Tensors)
            all[BestPrefix + name] = tensor;
        optimizer.AddTo(all);
        return all;
    }

    /// <summary>Writes saved tensors over those of the stage; their layout in memory stays.</summary>
    /// <param name="saved">What <see cref="ToDictionary"/> gave.</param>
    /// <param name="report">The best epoch at that moment.</param>
    public void Restore(IReadOnlyDictionary<string, Tensor> saved, EpochReport? report)
    {
        using var guard = no_grad();
        if (report is not null)
        {
            NetworkSnapshot.Copy(WithPrefix(saved, BestPrefix), live);
            best.Set(report);
        }
        NetworkSnapshot.Copy(WithPrefix(saved, Now), live);
        optimizer.Restore(saved);
    }

    private static Dictionary<string, Tensor> WithPrefix(IReadOnlyDictionary<string, Tensor> all, string prefix)
        => all.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);
}
