using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>What <see cref="AdamOptimizer"/> knows of a tensor that learns.</summary>
/// <param name="parameter">The tensor.</param>
/// <param name="rateShare">What it takes of the rate.</param>
internal sealed class AdamState(Parameter parameter, double rateShare) : IDisposable
{
    /// <summary>The tensor.</summary>
    public Parameter Parameter { get; } = parameter;

    /// <summary>What it takes of the rate.</summary>
    public double RateShare { get; } = rateShare;

    /// <summary>Steps that it has moved in.</summary>
    public long Steps { get; set; }

    /// <summary>The running mean of its gradients, in its shape.</summary>
    public Tensor Mean { get; } = zeros_like(parameter).DetachFromDisposeScope();

    /// <summary>The running mean of their squares.</summary>
    public Tensor Square { get; } = zeros_like(parameter).DetachFromDisposeScope();

    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }
}
