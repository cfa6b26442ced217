using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>A copy of all weights, statistics and further tensors at one moment.</summary>
internal sealed class NetworkSnapshot : IDisposable
{
    private readonly List<(Tensor Original, Tensor Copy)> _copies = [];

    public NetworkSnapshot(nn.Module network, params Tensor[] others)
    {
        using var guard = no_grad();
        foreach (var original in network.state_dict().Values.Concat(others))
            _copies.Add((original, original.detach().clone().DetachFromDisposeScope()));
    }

    /// <summary>Writes the copies back.</summary>
    public void Restore()
    {
        using var guard = no_grad();
        foreach (var (original, copy) in _copies)
            original.copy_(copy);
    }

    public void Dispose()
    {
        foreach (var (_, copy) in _copies)
            copy.Dispose();
    }
}
