using CDNet.MLNet.Cluster;

namespace CDNet.MLNet.Tests.Cluster;

[TestClass]
public sealed class ClusterDecisionTests
{
    private static readonly ClusterCentres Centres = new(fake: [1, 0], real: [0, 0]);

    [TestMethod]
    public void Verdict_by_hand()
    {
        // F = (2, 1): dF = 1 + 1 = 2, dR = 4 + 1 = 5, D = 7: 7/2 - 7/5 = 2.1.
        var verdict = ClusterDecision.Decide([2, 1], Centres);

        Assert.AreEqual(2f, verdict.DistanceToFake, 1e-6f);
        Assert.AreEqual(5f, verdict.DistanceToReal, 1e-6f);
        Assert.AreEqual(2.1f, verdict.Score, 1e-5f);
        Assert.AreEqual(1 / (1 + Math.Exp(-2.1)), verdict.Probability, 1e-6);
        Assert.IsTrue(verdict.IsFake);
    }

    [TestMethod]
    public void Probability_is_the_softmax_of_the_reference()
    {
        // P(fake) = softmax(D / dR, D / dF)[fake].
        var (toReal, toFake) = (5.0, 2.0);
        var (real, fake) = (Math.Exp(7 / toReal), Math.Exp(7 / toFake));

        Assert.AreEqual(fake / (real + fake), ClusterDecision.Decide([2, 1], Centres).Probability, 1e-6);
    }

    [TestMethod]
    public void Difference_by_hand() => Assert.AreEqual(3f, ClusterDecision.Decide([2, 1], Centres, ClusterScoreForm.Difference).Score, 1e-5f);

    [TestMethod]
    public void Halfway_is_real_by_equation_5()
    {
        var verdict = ClusterDecision.Decide([0.5f, 7], Centres);

        Assert.AreEqual(0f, verdict.Score);
        Assert.IsFalse(verdict.IsFake);
    }

    [TestMethod]
    public void On_a_centre_the_score_is_large_and_finite()
    {
        Assert.AreEqual(1e6f, ClusterDecision.Decide([1, 0], Centres).Score, 10f);
        Assert.AreEqual(-1e6f, ClusterDecision.Decide([0, 0], Centres).Score, 10f);
    }

    [TestMethod]
    public void On_two_equal_centres_nothing_is_said()
        => Assert.AreEqual(0f, ClusterDecision.Decide([3, 3], new ClusterCentres([3, 3], [3, 3])).Score);

    [TestMethod]
    public void Nan_features_give_no_verdict()
    {
        var verdict = ClusterDecision.Decide([float.NaN, 0], Centres);

        Assert.IsTrue(float.IsNaN(verdict.Score));
        Assert.IsTrue(float.IsNaN(verdict.Probability));
        Assert.IsFalse(verdict.IsFake);
    }

    [TestMethod]
    public void Both_forms_agree_in_sign_with_equation_5_and_turn_over_when_the_centres_are_swapped()
    {
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var (fake, real, features) = (Next(random), Next(random), Next(random));
            var verdict = ClusterDecision.Decide(features, new ClusterCentres(fake, real));
            var swapped = ClusterDecision.Decide(features, new ClusterCentres(real, fake));
            var difference = ClusterDecision.Decide(features, new ClusterCentres(fake, real), ClusterScoreForm.Difference);

            Assert.AreEqual(verdict.DistanceToFake < verdict.DistanceToReal, verdict.IsFake);
            Assert.AreEqual(verdict.IsFake, difference.IsFake);
            Assert.AreEqual(-verdict.Score, swapped.Score, 1e-5f * Math.Abs(verdict.Score));
        }
    }

    [TestMethod]
    public void Means_by_hand()
    {
        var centres = ClusterCentres.Means([(new float[] { 1, 2 }, true), (new float[] { 3, 6 }, true), (new float[] { -1, 0 }, false)]);

        CollectionAssert.AreEqual(new float[] { 2, 4 }, centres.Fake);
        CollectionAssert.AreEqual(new float[] { -1, 0 }, centres.Real);
        Assert.AreEqual(9 + 16, centres.SquaredDistance, 1e-5);
    }

    [TestMethod]
    public void Means_of_one_class_are_refused_with_the_counts()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => ClusterCentres.Means([(new float[] { 1 }, true)]));

        StringAssert.Contains(error.Message, "1 fake and 0 real");
    }

    [TestMethod]
    public void Centres_of_different_lengths_are_refused()
        => Assert.ThrowsExactly<ArgumentException>(() => new ClusterCentres([1, 2], [1]));

    private static float[] Next(Random random) => [.. Enumerable.Range(0, 8).Select(_ => (float)(random.NextDouble() * 4 - 2))];
}
