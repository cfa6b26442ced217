using CDNet.Cli.Output;
using CDNet.MLNet.Torch;

namespace CDNet.Cli.Tests.Output;

/// <summary>What a training says at its end.</summary>
[TestClass]
public sealed class TrainingResultTests
{
    private static readonly EpochReport First = new(1, 1, 0.6, 0.75, 100, 9);

    [TestMethod]
    public void Training_in_vain_is_told()
    {
        EpochReport[] epochs = [First, new(2, 0, double.NaN, 0.86, 0, 3), new(2, 1, 0.68, 0.85, 100, 9)];

        StringAssert.Contains(Result(epochs, epochs[1]).Caution(), "No epoch of stage 2 was better");
    }

    [TestMethod]
    public void Training_that_was_worth_it_is_not_nor_is_one_without_a_second_stage()
    {
        EpochReport[] epochs = [First, new(2, 0, double.NaN, 0.86, 0, 3), new(2, 1, 0.68, 0.87, 100, 9)];

        Assert.IsNull(Result(epochs, epochs[2]).Caution());
        Assert.IsNull(Result([First], null).Caution());
        // Time for no step: there was nothing in vain.
        Assert.IsNull(Result([First, epochs[1]], epochs[1]).Caution());
    }

    private static TrainingResult Result(EpochReport[] epochs, EpochReport? best) => new("model.zip", 1, new TrainingReport(100, 10, 0, 0, epochs, First, best, "cpu", "float32", 20), null, []);
}
