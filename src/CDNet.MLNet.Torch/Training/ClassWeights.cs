using CDNet.MLNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>How much a row of each class counts in the losses.</summary>
/// <param name="Fake">Weight of a fake.</param>
/// <param name="Real">Weight of a real.</param>
internal readonly record struct ClassWeights(double Fake, double Real)
{
    /// <summary>The weights from the number of training rows of each class, both above 0: N / (2 n) for a class of n among N, so that their mean over the rows is 1.</summary>
    public static ClassWeights Of(ClassWeighting weighting, long fakes, long reals)
    {
        if (weighting == ClassWeighting.None)
            return new ClassWeights(1, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fakes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(reals);
        var half = (fakes + reals) / 2.0;
        return new ClassWeights(half / fakes, half / reals);
    }

    /// <summary>The weight of each row, float [N], from labels: 1 for fake, 0 for real.</summary>
    public Tensor Of(Tensor labels)
    {
        using Scalar fake = Fake, real = Real;
        return (labels * fake).Plus(labels.Opposite() * real);
    }
}
