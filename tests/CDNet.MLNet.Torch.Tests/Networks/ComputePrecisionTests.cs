using CDNet.MLNet.Torch.Networks;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Networks;

/// <summary>Convolutions, compared with those in 64 bits.</summary>
[TestClass]
public sealed class ComputePrecisionTests
{
    // Of the networks' shortcuts, Xception's last is the one with more than 400 outputs.
    [TestMethod]
    [DataRow(1, 64, 128, 22)]
    [DataRow(3, 728, 1024, 3)]
    [DataRow(3, 728, 1024, 19)]
    [DataRow(1, 728, 1024, 8)]
    public void Regression_a_shortcut_with_a_stride_was_wrong_by_half_in_32_bits_on_zen_5(int faces, int inputs, int outputs, int side)
    {
        var x = ChannelsLast.Of(randn([faces, inputs, side, side])).detach().requires_grad_();
        var kernel = ChannelsLast.Of(randn([outputs, inputs, 1, 1]) / Math.Sqrt(inputs)).detach().requires_grad_();
        var (exactX, exactKernel) = (Exact(x).requires_grad_(), Exact(kernel).requires_grad_());

        var found = NetworkSamples.Full.Convolve(x, kernel, stride: 2, pad: 0, groups: 1);

        var expected = nn.functional.conv2d(exactX, exactKernel, null, [2, 2], [0, 0], [1, 1], 1);
        CollectionAssert.AreEqual(expected.shape, found.shape);
        AssertNear(expected, found);
        var gradient = randn(found.shape);
        found.backward([gradient]);
        expected.backward([Exact(gradient)]);
        AssertNear(exactX.grad!, x.grad!);
        AssertNear(exactKernel.grad!, kernel.grad!);
    }

    [TestMethod]
    [DataRow(3, 2, 1, 1)]
    [DataRow(3, 1, 1, 12)]
    [DataRow(1, 1, 0, 1)]
    public void Other_convolutions_are_those_of_libtorch(int side, int stride, int pad, int groups)
    {
        using var guard = no_grad();
        var (x, kernel) = (randn([2, 12, 9, 9]), randn([24, 12 / groups, side, side]));

        var found = NetworkSamples.Full.Convolve(x, kernel, stride, pad, groups);

        AssertNear(nn.functional.conv2d(Exact(x), Exact(kernel), null, [stride, stride], [pad, pad], [1, 1], groups), found);
    }

    [TestMethod]
    public void Reduced_ones_give_what_they_compute_in()
    {
        using var guard = no_grad();
        var precision = new ComputePrecision(ScalarType.BFloat16);
        var (x, kernel) = (randn([1, 8, 5, 5]), randn([4, 8, 1, 1]));

        var found = precision.Convolve(precision.Cast(x), kernel, stride: 2, pad: 0, groups: 1);

        Assert.AreEqual(ScalarType.BFloat16, found.dtype);
        CollectionAssert.AreEqual(new long[] { 1, 4, 3, 3 }, found.shape);
    }

    private static Tensor Exact(Tensor x) => x.detach().to(ScalarType.Float64);

    private static void AssertNear(Tensor expected, Tensor found)
        => Assert.IsLessThan(1e-5, ((expected - Exact(found)).abs().max() / expected.abs().max()).item<double>());
}
