using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>A copy of named tensors at one moment.</summary>
internal sealed class NetworkSnapshot : IDisposable
{
    private readonly IReadOnlyDictionary<string, Tensor> _originals;

    public NetworkSnapshot(IReadOnlyDictionary<string, Tensor> originals)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _originals = originals;
        Copies = originals.ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>The copies by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Copies { get; }

    /// <summary>Writes the copies back.</summary>
    public void Restore() => Copy(Copies, _originals);

    /// <summary>Writes the tensors of one set over those of the same names in another; the layout in memory stays.</summary>
    public static void Copy(IReadOnlyDictionary<string, Tensor> from, IReadOnlyDictionary<string, Tensor> to)
    {
        using var guard = no_grad();
        foreach (var (name, tensor) in to)
            tensor.copy_(from[name]);
    }

    public void Dispose()
    {
        foreach (var copy in Copies.Values)
            copy.Dispose();
    }
}
