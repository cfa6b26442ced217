using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>Initial weights: convolutions from N(0, sqrt(2 / (k k out))), batch norms (1, 0), linear layers uniform in +-1/sqrt(in).</summary>
internal static class WeightInitialization
{
    public static void Apply(nn.Module network, Random random)
    {
        using var guard = no_grad();
        foreach (var module in network.Layers<nn.Module>())
        {
            switch (module)
            {
                case Conv2d convolution:
                    var kernel = convolution.weight!;
                    var deviation = Math.Sqrt(2.0 / (kernel.shape[2] * kernel.shape[3] * kernel.shape[0]));
                    Fill(kernel, () => deviation * random.NextGaussian());
                    break;
                case Linear linear:
                    var bound = 1 / Math.Sqrt(linear.weight!.shape[1]);
                    Fill(linear.weight, () => random.NextWithin(bound));
                    Fill(linear.bias!, () => random.NextWithin(bound));
                    break;
            }
        }
    }

    private static void Fill(Tensor weight, Func<double> next)
    {
        var values = new float[weight.numel()];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)next();
        using var scope = NewDisposeScope();
        weight.copy_(tensor(values).reshape(weight.shape));
    }
}
