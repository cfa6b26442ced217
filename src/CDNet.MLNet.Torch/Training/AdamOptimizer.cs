using CDNet.MLNet.Torch.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015, Algorithm 1) with its usual decay rates 0.9 and 0.999.</summary>
/// <remarks>TorchSharp's makes about a thousand of the numbers that <see cref="Arithmetic"/> warns of in a step of the module.</remarks>
internal sealed class AdamOptimizer : IDisposable
{
    private const double Epsilon = 1e-8;
    private const double MeanDecayRate = 0.9;
    private const double SquareDecayRate = 0.999;

    // Names in a checkpoint, the first two followed by the number of the tensor that learns.
    private const string MeanName = "adam.mean.";
    private const string SquareName = "adam.square.";
    private const string StepsName = "adam.steps";

    private static readonly Scalar MeanDecay = MeanDecayRate;
    private static readonly Scalar MeanShare = 1 - MeanDecayRate;
    private static readonly Scalar SquareDecay = SquareDecayRate;
    private static readonly Scalar SquareShare = 1 - SquareDecayRate;

    /// <param name="parameters">What learns, and what share of the rate it takes.</param>
    /// <param name="rate">The learning rate.</param>
    public AdamOptimizer(IEnumerable<(Parameter Parameter, double RateShare)> parameters, double rate)
    {
        States = [.. parameters.Select(entry => new AdamState(entry.Parameter, entry.RateShare))];
        Rate = rate;
    }

    /// <param name="parameters">What learns.</param>
    /// <param name="rate">The learning rate.</param>
    public AdamOptimizer(IEnumerable<Parameter> parameters, double rate)
        : this(parameters.Select(parameter => (parameter, 1.0)), rate)
    {
    }

    /// <summary>The rate of the next step.</summary>
    public double Rate { get; set; }

    /// <summary>What is known of each tensor that learns.</summary>
    public IReadOnlyList<AdamState> States { get; }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGradients()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var state in States)
            state.Parameter.grad?.zero_();
    }

    /// <summary>Moves what has a gradient.</summary>
    public void Step()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var state in States)
        {
            if (state.Parameter.grad is not { } gradient)
                continue;
            state.Steps++;
            // Both averages begin at 0 and are too small at first.
            var (ofMean, ofSquare) = (1 - Math.Pow(MeanDecayRate, state.Steps), Math.Sqrt(1 - Math.Pow(SquareDecayRate, state.Steps)));
            using Scalar step = -Rate * state.RateShare * ofSquare / ofMean;
            using Scalar least = Epsilon * ofSquare;
            state.Mean.mul_(MeanDecay).add_(gradient, MeanShare);
            state.Square.mul_(SquareDecay).addcmul_(gradient, gradient, SquareShare);
            state.Parameter.addcdiv_(state.Mean, state.Square.sqrt().add_(least, Arithmetic.One), step);
        }
    }

    /// <summary>Adds what it knows to the tensors of a checkpoint. The step counts are copies, the rest is not.</summary>
    public void AddTo(Dictionary<string, Tensor> tensors)
    {
        foreach (var (index, state) in States.Index())
            (tensors[MeanName + index], tensors[SquareName + index]) = (state.Mean, state.Square);
        tensors[StepsName] = tensor(States.Select(state => state.Steps).ToArray());
    }

    /// <summary>Takes over what <see cref="AddTo"/> gave.</summary>
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var guard = no_grad();
        var steps = tensors[StepsName].data<long>().ToArray();
        foreach (var (index, state) in States.Index())
        {
            state.Mean.copy_(tensors[MeanName + index]);
            state.Square.copy_(tensors[SquareName + index]);
            state.Steps = steps[index];
        }
    }

    public void Dispose()
    {
        foreach (var state in States)
            state.Dispose();
    }
}
