using CDNet.MLNet.Torch.Networks;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Networks;

/// <summary>Convolutions with kernels of 1x1, compared with those in 64 bits.</summary>
[TestClass]
public sealed class PointwiseConvolutionTests
{
    // From the third to the tenth oneDNN was wrong by about half of the largest number. The last three are widths of detectors.
    [TestMethod]
    [DataRow(1, 64, 128, 22, 2)]
    [DataRow(2, 256, 256, 5, 1)]
    [DataRow(3, 728, 1024, 3, 2)]
    [DataRow(3, 728, 1024, 19, 2)]
    [DataRow(1, 728, 1024, 8, 2)]
    [DataRow(2, 256, 512, 5, 2)]
    [DataRow(3, 200, 40, 8, 1)]
    [DataRow(5, 216, 136, 31, 1)]
    [DataRow(1, 440, 104, 27, 2)]
    [DataRow(18, 32, 36, 12, 1)]
    [DataRow(2, 48, 24, 32, 1)]
    [DataRow(4, 96, 88, 16, 1)]
    [DataRow(4, 88, 17, 8, 1)]
    public void Regression_outputs_that_do_not_fill_a_block_were_wrong_in_32_bits_on_zen_5(int pictures, int inputs, int outputs, int side, int stride)
    {
        var x = ChannelsLast.Of(randn([pictures, inputs, side, side])).detach().requires_grad_();
        var kernel = ChannelsLast.Of(randn([outputs, inputs, 1, 1]) / Math.Sqrt(inputs)).detach().requires_grad_();
        var bias = randn([outputs]).requires_grad_();
        var (exactX, exactKernel, exactBias) = (Exact(x).requires_grad_(), Exact(kernel).requires_grad_(), Exact(bias).requires_grad_());

        var found = PointwiseConvolution.Of(x, kernel, bias, stride);

        var expected = nn.functional.conv2d(exactX, exactKernel, exactBias, [stride, stride]);
        CollectionAssert.AreEqual(expected.shape, found.shape);
        AssertNear(expected, found);
        var gradient = randn(found.shape);
        found.backward([gradient]);
        expected.backward([Exact(gradient)]);
        AssertNear(exactX.grad!, x.grad!);
        AssertNear(exactKernel.grad!, kernel.grad!);
        AssertNear(exactBias.grad!, bias.grad!);
    }

    [TestMethod]
    [DataRow(64)]
    [DataRow(40)]
    public void Layout_of_the_input_changes_nothing_and_channels_stay_together(int outputs)
    {
        using var guard = no_grad();
        var (x, kernel) = (randn([2, 24, 7, 5]), randn([outputs, 24, 1, 1]));

        var found = PointwiseConvolution.Of(ChannelsLast.Of(x), kernel, stride: 2);

        CollectionAssert.AreEqual(new long[] { 2, outputs, 4, 3 }, found.shape);
        Assert.AreEqual(1, found.stride()[1]);
        AssertNear(Exact(PointwiseConvolution.Of(x, kernel, stride: 2)), found);
    }

    [TestMethod]
    public void Format_is_that_of_the_input()
    {
        using var guard = no_grad();
        var (x, kernel) = (randn([1, 8, 5, 5]).to(ScalarType.BFloat16), randn([40, 8, 1, 1]).to(ScalarType.BFloat16));

        var found = PointwiseConvolution.Of(x, kernel);

        Assert.AreEqual(ScalarType.BFloat16, found.dtype);
        Assert.IsLessThan(0.02, Difference(nn.functional.conv2d(Exact(x), Exact(kernel)), found));
    }

    private static Tensor Exact(Tensor x) => x.detach().to(ScalarType.Float64);

    private static void AssertNear(Tensor expected, Tensor found) => Assert.IsLessThan(1e-5, Difference(expected, found));

    private static double Difference(Tensor expected, Tensor found) => ((expected - Exact(found)).abs().max() / expected.abs().max()).item<double>();
}
