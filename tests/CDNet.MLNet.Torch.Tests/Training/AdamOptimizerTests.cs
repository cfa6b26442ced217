using CDNet.MLNet.Torch.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Training;

[TestClass]
public sealed class AdamOptimizerTests
{
    private const double Rate = 0.01;

    /// <summary>Algorithm 1 of the paper of Kingma and Ba, written down in plain numbers.</summary>
    [TestMethod]
    public void Steps_are_those_of_the_algorithm()
    {
        double[] gradients = [0.3, -2, 0, 5e-6, 0.7];
        var (weight, mean, square) = (1.5, 0.0, 0.0);
        using var parameter = new Parameter(tensor(new[] { 1.5f }));
        using var optimizer = new AdamOptimizer([parameter], Rate);
        for (var t = 1; t <= gradients.Length; t++)
        {
            mean = 0.9 * mean + 0.1 * gradients[t - 1];
            square = 0.999 * square + 0.001 * gradients[t - 1] * gradients[t - 1];
            weight -= Rate * (mean / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(square / (1 - Math.Pow(0.999, t))) + 1e-8);

            StepAlong(parameter, optimizer, tensor(new[] { (float)gradients[t - 1] }));

            Assert.AreEqual(weight, parameter.item<float>(), 1e-6, $"step {t}");
        }
    }

    [TestMethod]
    public void Steps_are_those_of_TorchSharp()
    {
        using var own = new Parameter(randn([64, 3]));
        using var other = new Parameter(own.detach().clone());
        using var optimizer = new AdamOptimizer([own], Rate);
        using var reference = new Adam([other], Rate);
        for (var t = 0; t < 20; t++)
        {
            var gradient = randn([64, 3]) * Math.Pow(10, t % 5 - 4);

            StepAlong(own, optimizer, gradient);
            reference.zero_grad();
            (other * gradient).sum().backward();
            reference.step();
        }

        Assert.IsLessThan(1e-6f, (own - other).abs().max().item<float>());
        Assert.IsGreaterThan(0.05f, optimizer.States[0].Mean.abs().max().item<float>(), "it has moved");
    }

    [TestMethod]
    public void What_has_no_gradient_stays_and_does_not_count_the_step()
    {
        using var moves = new Parameter(ones(2));
        using var stays = new Parameter(ones(2));
        using var optimizer = new AdamOptimizer([moves, stays], Rate);

        StepAlong(moves, optimizer, ones(2));

        CollectionAssert.AreEqual(new[] { 1L, 0L }, optimizer.States.Select(state => state.Steps).ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 1f }, stays.data<float>().ToArray());
    }

    private static void StepAlong(Parameter parameter, AdamOptimizer optimizer, Tensor gradient)
    {
        optimizer.ZeroGradients();
        (parameter * gradient).sum().backward();
        optimizer.Step();
    }
}
