using CDNet.MLNet.Torch.Networks;
using TorchSharp.Modules;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Adam over a network, the last layer of which may take a share of the others' rate.</summary>
internal static class StageOptimizer
{
    /// <param name="network">The network, where it computes.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="projectionShare">What of it the projection takes; with 0 it has no gradient.</param>
    public static AdamOptimizer Of(FeatureNetwork network, double rate, double projectionShare)
    {
        Parameter[] last = projectionShare == 1 || network.Projection is not { } projection ? [] : [.. projection.parameters()];
        foreach (var parameter in last)
            parameter.requires_grad = projectionShare > 0;
        var handles = last.Select(parameter => parameter.Handle).ToHashSet();
        var others = network.parameters().Where(parameter => !handles.Contains(parameter.Handle)).Select(parameter => (parameter, 1.0));
        return new AdamOptimizer(projectionShare == 0 ? others : others.Concat(last.Select(parameter => (parameter, projectionShare))), rate);
    }
}
