using CDNet.MLNet.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Adam over a network, the last layer of which may take a share of the others' rate.</summary>
internal sealed class StageOptimizer : IDisposable
{
    private readonly double _projectionShare;

    /// <param name="network">The network, where it computes.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="projectionShare">What of it the projection takes; with 0 it has no gradient.</param>
    public StageOptimizer(FeatureNetwork network, double rate, double projectionShare)
    {
        _projectionShare = projectionShare;
        Parameter[] last = projectionShare == 1 || network.Projection is not { } projection ? [] : [.. projection.parameters()];
        var handles = last.Select(parameter => parameter.Handle).ToHashSet();
        var others = network.parameters().Where(parameter => !handles.Contains(parameter.Handle));
        foreach (var parameter in last)
            parameter.requires_grad = projectionShare > 0;
        Adam = last.Length == 0 || projectionShare == 0
            ? optim.Adam(others, rate)
            : optim.Adam([new Adam.ParamGroup(others, rate), new Adam.ParamGroup(last, rate * projectionShare)], rate);
    }

    /// <summary>The optimiser.</summary>
    public Adam Adam { get; }

    /// <summary>Has the next step take a rate.</summary>
    public void SetRate(double rate)
    {
        LearningRate.Set(Adam, rate);
        foreach (var group in Adam.ParamGroups.Skip(1))
            group.LearningRate = rate * _projectionShare;
    }

    public void Dispose() => Adam.Dispose();
}
