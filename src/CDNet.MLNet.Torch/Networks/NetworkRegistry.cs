using CDNet.MLNet.Networks;
using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>A network that options can name.</summary>
/// <param name="Graph">The scoring side: name, length of the features, cost, ONNX model.</param>
/// <param name="Create">Builds the network with fresh weights from what its convolutions compute in and a source of random numbers.</param>
internal sealed record NetworkEntry(FeatureGraph Graph, Func<ComputePrecision, Random, FeatureNetwork> Create);

/// <summary>All networks by name. A new one is a class derived from <see cref="FeatureGraph"/>, one derived from <see cref="FeatureNetwork"/>, and a line here.</summary>
internal static class NetworkRegistry
{
    /// <summary>Every network, the default one first.</summary>
    public static IReadOnlyList<NetworkEntry> All { get; } =
    [
        new(SamGraph.Instance, (precision, random) => new SamNetwork(precision, random)),
        new(XceptionGraph.Instance, (precision, random) => new XceptionNetwork(precision, random)),
    ];

    /// <summary>The network of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="option">The option that holds it.</param>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static NetworkEntry Find(string name, string option)
        => All.FirstOrDefault(entry => entry.Graph.Name == name)
            ?? throw new ArgumentException($"{option} is {name}; expected one of {string.Join(", ", All.Select(entry => entry.Graph.Name))}.", option);
}
