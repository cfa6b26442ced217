using CDNet.MLNet.Networks;
using CDNet.MLNet.Torch.Networks;

namespace CDNet.MLNet.Torch.Tests.Networks;

[TestClass]
public sealed class XceptionNetworkTests
{
    [TestMethod]
    public void Flows_have_the_parameters_of_the_reference()
    {
        using var network = new XceptionNetwork(NetworkSamples.Full, new Random(1));
        long Count(string prefix) => network.named_parameters().Where(named => named.name.StartsWith("face." + prefix, StringComparison.Ordinal)).Sum(named => named.parameter.numel());

        // Stem: 27x32 + 2x32 and 9x32x64 + 2x64. A middle block: 3 x (9x728 + 728x728 + 2x728).
        Assert.AreEqual(928 + 18_560, Count("stem"));
        Assert.AreEqual(1_613_976, Count("blocks.5."));
        // The exit block grows in its last convolution: (9x728 + 728^2 + 2x728) + (9x728 + 728x1024 + 2x1024) + skip 728x1024 + 2x1024.
        Assert.AreEqual(6_552 + 529_984 + 1_456 + 6_552 + 745_472 + 2_048 + 745_472 + 2_048, Count("blocks.11."));
        Assert.AreEqual((9 * 1024) + (1024 * 1536) + (2 * 1536) + (9 * 1536) + (1536 * 2048) + (2 * 2048), Count("tail"));
    }

    [TestMethod]
    public void Exit_block_grows_in_its_last_convolution_and_the_others_in_their_first()
    {
        CollectionAssert.AreEqual(new[] { (728, 728), (728, 1024) }, Enumerable.Range(0, 2).Select(XceptionGraph.Spec.Blocks[^1].Channels).ToArray());
        CollectionAssert.AreEqual(new[] { (64, 128), (128, 128) }, Enumerable.Range(0, 2).Select(XceptionGraph.Spec.Blocks[0].Channels).ToArray());
    }
}
