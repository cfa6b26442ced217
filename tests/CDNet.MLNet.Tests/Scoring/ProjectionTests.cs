using System.Numerics.Tensors;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Scoring;

[TestClass]
public sealed class ProjectionTests
{
    // Two features of three numbers, centres along (4, 3).
    private static readonly Projection Before = new([1, 0, 2, 0, 1, 1], [0.5f, -0.5f], [], []);
    private static readonly ClusterCentres Centres = new(fake: [5, 4], real: [1, 1]);
    private static readonly ClusterCentres Means = new(fake: [1, 2, 0], real: [0, 1, 1]);
    private static readonly double[] Discriminant = [2, 0.5, -0.5];

    private readonly Projection _turned = Before.Turn(Discriminant, Means, Centres);

    [TestMethod]
    public void Means_of_the_classes_stand_at_their_centres_along_the_line()
    {
        Assert.AreEqual(0, Along(Features(_turned, Means.Real)), 1e-5);
        Assert.AreEqual(1, Along(Features(_turned, Means.Fake)), 1e-5);
    }

    [TestMethod]
    public void Along_the_line_it_is_the_discriminant_and_across_nothing_changes()
    {
        foreach (var vector in new float[][] { [0, 0, 0], [3, -1, 2], [0.2f, 7, -4] })
        {
            // The discriminant is 0.5 - 0.5 = 0 at the mean of the reals and 2 + 1 = 3 at that of the fakes.
            Assert.AreEqual((2 * vector[0] + 0.5 * vector[1] - 0.5 * vector[2]) / 3, Along(Features(_turned, vector)), 1e-5);
            Assert.AreEqual(Across(Features(Before, vector)), Across(Features(_turned, vector)), 1e-5);
        }
    }

    [TestMethod]
    public void Turned_to_what_it_is_already_its_features_stay_but_for_where_the_means_stand()
    {
        var line = Before.AlongLine(Centres);

        var same = Before.Turn(line, Means, Centres);

        var (one, other) = (Features(same, [1, 2, 3]), Features(same, [-2, 0, 1]));
        var (before, beforeOther) = (Features(Before, [1, 2, 3]), Features(Before, [-2, 0, 1]));
        var stretch = Along(Features(Before, Means.Fake)) - Along(Features(Before, Means.Real));
        Assert.AreEqual((Along(before) - Along(beforeOther)) / stretch, Along(one) - Along(other), 1e-5);
    }

    [TestMethod]
    public void Score_is_that_of_the_features()
    {
        // (1, 2, 3): features (1 + 6 + 0.5, 2 + 3 - 0.5) = (7.5, 4.5); to real 6.5^2 + 3.5^2, to fake 2.5^2 + 0.5^2.
        Assert.AreEqual(54.5 - 6.5, Before.Score([1, 2, 3], Centres, ClusterScoreForm.Difference), 1e-4);
    }

    [TestMethod]
    public void Wide_one_moves_the_features_along_its_direction_by_the_numbers_beyond()
    {
        // The third number beyond the matrix of 2 x 2: features (1 + 0.5, 2 - 0.5) and 0.5 * 6 = 3 times (4, 3) more.
        var wide = new Projection([1, 0, 0, 1], [0.5f, -0.5f], [0.5f], [4, 3]);

        // (13.5, 10.5); to real 12.5^2 + 9.5^2 = 246.5, to fake 8.5^2 + 6.5^2 = 114.5.
        Assert.AreEqual(246.5 - 114.5, wide.Score([1, 2, 6], Centres, ClusterScoreForm.Difference), 1e-3);
        // Along the line (4, 3), whose square is 25: its numbers (4, 3) / 25, and the whole of what stands beyond.
        AssertNear([4 / 25.0, 3 / 25.0, 0.5], wide.AlongLine(Centres));
    }

    [TestMethod]
    public void Wide_one_is_turned_in_all_its_numbers()
    {
        var wide = new Projection([1, 0, 0, 1], [0.5f, -0.5f], [7], [1, 0]);

        var turned = wide.Turn(Discriminant, Means, Centres);

        // By 3 from one mean to the other, as above.
        AssertNear([2 / 3.0, 0.5 / 3, -0.5 / 3], turned.AlongLine(Centres));
        CollectionAssert.AreEqual(new[] { 4f, 3 }, turned.Direction);
        // The score at the middle of both centres is 0, and so it is at the middle of both means, across which only the narrow part goes.
        Assert.AreEqual(0, turned.Score([0.5f, 1.5f, 0.5f], Centres, ClusterScoreForm.Difference), 1e-3);
    }

    private static void AssertNear(double[] expected, double[] found)
    {
        Assert.HasCount(expected.Length, found);
        foreach (var (one, other) in expected.Zip(found))
            Assert.AreEqual(one, other, 1e-5);
    }

    private static float[] Features(Projection projection, float[] vector)
        => [TensorPrimitives.Dot<float>(projection.Weight.AsSpan(0, 3), vector) + projection.Bias[0], TensorPrimitives.Dot<float>(projection.Weight.AsSpan(3, 3), vector) + projection.Bias[1]];

    /// <summary>0 at the centre of the reals, 1 at that of the fakes.</summary>
    private static double Along(float[] features) => (4 * (features[0] - 1) + 3 * (features[1] - 1)) / 25;

    private static double Across(float[] features) => -3 * features[0] + 4 * features[1];
}
