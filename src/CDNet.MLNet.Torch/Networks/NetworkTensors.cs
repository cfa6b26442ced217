using CDNet.MLNet.Networks;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>The numbers of a network by name.</summary>
internal static class NetworkTensors
{
    /// <summary>Layers of a kind, each once: TorchSharp lists a module a second time under the name of the field that holds it, and so on inwards, a layer of a block eight times.</summary>
    public static IEnumerable<T> Layers<T>(this nn.Module network)
        where T : nn.Module
        => network.modules().OfType<T>().Distinct();

    /// <summary>Weights and statistics, each once under the name that it was registered with.</summary>
    public static Dictionary<string, Tensor> NamedTensors(this nn.Module network)
        => network.state_dict().Where(entry => !entry.Key.Split('.').Any(part => part.StartsWith('_'))).ToDictionary(entry => entry.Key, entry => entry.Value);

    /// <summary>Copies the numbers that scoring needs.</summary>
    public static NetworkWeights ToWeights(this nn.Module network)
    {
        var numbers = network.NamedTensors().Where(entry => entry.Value.dtype == ScalarType.Float32);
        return new NetworkWeights(numbers.ToDictionary(
            entry => entry.Key, entry => new WeightTensor(entry.Value.shape, entry.Value.ToFloats())));
    }

    /// <summary>The numbers of a tensor of 32-bit floats, row by row.</summary>
    public static float[] ToFloats(this Tensor tensor)
    {
        // Holds what lies in between until it is read.
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().data<float>().ToArray();
    }
}
