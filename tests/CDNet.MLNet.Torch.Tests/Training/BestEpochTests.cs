using CDNet.MLNet.Torch.Training;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Training;

/// <summary>Whose weights a stage leaves.</summary>
[TestClass]
public sealed class BestEpochTests
{
    [TestMethod]
    [DataRow(KeptEpoch.Best, new[] { 0.7, 0.9, 0.8 }, 1)]
    [DataRow(KeptEpoch.Best, new[] { 0.9, 0.9, 0.8 }, 0)]
    [DataRow(KeptEpoch.Best, new[] { double.NaN, double.NaN, double.NaN }, 2)]
    [DataRow(KeptEpoch.Last, new[] { 0.7, 0.9, 0.8 }, 2)]
    [DataRow(KeptEpoch.Last, new[] { 0.9 }, 0)]
    public void Weights_of_the_kept_epoch_come_back(KeptEpoch keep, double[] aucs, int kept)
    {
        using var weight = tensor(new[] { 0f, 0f });
        using var best = new BestEpoch(new Dictionary<string, Tensor> { ["weight"] = weight }, keep);
        for (var epoch = 0; epoch < aucs.Length; epoch++)
        {
            weight.fill_(epoch);
            best.Offer(new EpochReport(2, epoch, 0.5, aucs[epoch], 10, 1));
        }
        weight.fill_(100);

        var report = best.Restore();

        Assert.AreEqual(kept, report.Epoch);
        CollectionAssert.AreEqual(new float[] { kept, kept }, weight.data<float>().ToArray());
    }

    [TestMethod]
    public void Nothing_offered_is_an_error_that_says_what_to_do()
    {
        using var weight = zeros(2);
        using var best = new BestEpoch(new Dictionary<string, Tensor> { ["weight"] = weight }, KeptEpoch.Best);

        StringAssert.Contains(Assert.Throws<InvalidOperationException>(() => best.Restore()).Message, "Give more time or fewer rows");
    }
}
