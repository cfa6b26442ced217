using CDNet.MLNet.Torch.Training;
using Microsoft.ML;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Training;

/// <summary>Weights and orders against classes of unequal size.</summary>
[TestClass]
public sealed class ClassBalanceTests
{
    // Rows 0 to 9 are fake, 10 to 12 real.
    private static readonly int[] Rows = [.. Enumerable.Range(0, 13)];

    private static CachedRow Row(int row) => new(row < 10, 0, null);

    [TestMethod]
    public void Balanced_weights_by_hand()
    {
        // 30 fakes, 10 reals: 40 / (2 x 30) and 40 / (2 x 10).
        var weights = ClassWeights.Of(ClassWeighting.Balanced, fakes: 30, reals: 10);

        Assert.AreEqual(2.0 / 3, weights.Fake, 1e-12);
        Assert.AreEqual(2.0, weights.Real, 1e-12);
        Assert.AreEqual(1.0, (30 * weights.Fake + 10 * weights.Real) / 40, 1e-12);
        CollectionAssert.AreEqual(new[] { 2f, 2f / 3 }, weights.Of(tensor(new[] { 0f, 1f })).data<float>().ToArray());
    }

    [TestMethod]
    public void Without_weighting_every_row_counts_1()
        => Assert.AreEqual(new ClassWeights(1, 1), ClassWeights.Of(ClassWeighting.None, fakes: 30, reals: 0));

    [TestMethod]
    public void Balanced_weights_need_both_classes()
        => Assert.Throws<ArgumentOutOfRangeException>(() => ClassWeights.Of(ClassWeighting.Balanced, fakes: 30, reals: 0));

    [TestMethod]
    public void Shuffled_order_has_every_row_once_and_follows_the_source()
    {
        int[] Order(int seed) => EpochOrder.Of(ClassSampling.Shuffled, Rows, Row, new Random(seed));

        CollectionAssert.AreEqual(Rows, Order(1).Order().ToArray());
        CollectionAssert.AreEqual(Order(1), Order(1));
        CollectionAssert.AreNotEqual(Order(1), Order(2));
        CollectionAssert.AreEqual(Enumerable.Range(0, 13).ToArray(), Rows, "the rows themselves stay in order");
    }

    [TestMethod]
    public void Balanced_order_has_half_of_each_class_and_spreads_the_repetitions()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var order = EpochOrder.Of(ClassSampling.Balanced, Rows, Row, new Random(seed));

            Assert.HasCount(12, order);
            var (fakes, reals) = (order.Where(row => row < 10).ToArray(), order.Where(row => row >= 10).ToArray());
            Assert.HasCount(6, fakes);
            Assert.AreEqual(6, fakes.Distinct().Count(), "the larger class is drawn without repetition");
            Assert.IsTrue(reals.GroupBy(row => row).All(group => group.Count() == 2) && reals.Distinct().Count() == 3, "3 reals for 6 places: each twice");
        }
    }

    [TestMethod]
    public void Balanced_order_goes_through_the_larger_class_over_the_epochs()
    {
        var seen = Enumerable.Range(0, 10).SelectMany(seed => EpochOrder.Of(ClassSampling.Balanced, Rows, Row, new Random(seed))).Distinct();

        Assert.AreEqual(13, seen.Count());
    }

    [TestMethod]
    public void Paired_order_puts_a_fake_beside_a_real_of_its_source()
    {
        // Sources of 4 rows: 0 to 3 and 4 to 7 all fake, 8 to 11 two of each, 12 one real.
        CachedRow OfFour(int row) => new(row < 10, (ulong)row / 4, null);
        var partners = new HashSet<(int, int)>();
        for (var seed = 0; seed < 20; seed++)
        {
            var order = EpochOrder.Of(ClassSampling.Paired, Rows, OfFour, new Random(seed));

            CollectionAssert.AreEqual(Rows, order.Order().ToArray(), "every row once");
            foreach (var fake in new[] { 8, 9 })
            {
                var real = order[Array.IndexOf(order, fake) + 1];
                Assert.IsTrue(real is 10 or 11, $"seed {seed}: beside {fake} stands {real}");
                partners.Add((fake, real));
            }
        }
        Assert.HasCount(4, partners, "who stands beside whom is drawn");
    }

    [TestMethod]
    public void Paired_sampling_needs_a_sampling_key()
    {
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new SamFeatureOptions { Sampling = ClassSampling.Paired }.Validate()).Message, "SamplingKeyColumnName names no column");
        new SamFeatureOptions { Sampling = ClassSampling.Paired, SamplingKeyColumnName = "Source" }.Validate();
    }

    [TestMethod]
    public void Options_that_do_not_exist_are_refused_by_name()
    {
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new SamFeatureOptions { Sampling = (ClassSampling)5 }.Validate()).Message, "Sampling is 5; expected one of Shuffled, Balanced, Paired");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new SamFeatureOptions { ClassWeighting = (ClassWeighting)5 }.Validate()).Message, "ClassWeighting is 5");
    }

    [TestMethod]
    public void Class_weights_and_balanced_sampling_reach_the_training()
    {
        // 30 fakes and 10 reals, all of them training rows.
        var rows = SmallCrops.Rows(80).Where(row => row.Label).Take(30).Concat(SmallCrops.Rows(80).Where(row => !row.Label).Take(10)).ToArray();
        (float Feature, EpochReport First) Fit(SamFeatureOptions options)
        {
            using var model = new MLContext(1).Transforms.SamFeatures(options with { ValidationFraction = 0, EpochsStage1 = 1, EpochsStage2 = 0 }).Fit(new MLContext(1).Data.LoadFromEnumerable(rows));
            return (model.Centres!.Fake[0], model.Report.BestStage1);
        }

        var plain = Fit(SmallCrops.Options());
        var weighted = Fit(SmallCrops.Options() with { ClassWeighting = ClassWeighting.Balanced });
        var balanced = Fit(SmallCrops.Options() with { Sampling = ClassSampling.Balanced });

        Assert.AreNotEqual(plain.First.Loss, weighted.First.Loss);
        Assert.AreNotEqual(plain.Feature, weighted.Feature);
        Assert.AreNotEqual(plain.First.Loss, balanced.First.Loss);
        Assert.AreEqual(40, balanced.First.Rows);
    }
}
