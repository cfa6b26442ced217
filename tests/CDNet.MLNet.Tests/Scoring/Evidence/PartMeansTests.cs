using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.MLNet.Tests.Scoring.Evidence;

[TestClass]
public sealed class PartMeansTests
{
    // Real faces are all 0, fake ones all 4, and scatter by 2 about them.
    private static readonly PartMeans Means = new(All(0), All(4), All(2));

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(1, 0.5)]
    [DataRow(3, 0.5)]
    [DataRow(4, 0)]
    [DataRow(10, 3)]
    [DataRow(-6, 3)]
    public void Distance_counts_standard_deviations_to_the_nearer_class(float number, double expected)
        => Assert.AreEqual(expected, Means.Distance(All(number)), 1e-6);

    [TestMethod]
    public void Distance_is_the_root_of_the_mean_square()
    {
        // A deviation of 1 in one half of the numbers, none in the other.
        float[] half = [.. All(0).Select((_, i) => i % 2 == 0 ? 2f : 0)];

        Assert.AreEqual(Math.Sqrt(0.5), Means.Distance(half), 1e-6);
    }

    [TestMethod]
    public void Number_that_is_the_same_in_all_faces_says_nothing()
    {
        var (deviations, face) = (All(2), All(1));
        (deviations[7], face[7], deviations[8], face[8]) = (0, 1000, 1e-9f, 1000);

        Assert.AreEqual(0.5, (Means with { Deviations = deviations }).Distance(face), 1e-6);
        Assert.IsTrue(float.IsNaN((Means with { Deviations = All(0) }).Distance(face)), "nothing is left to count in");
        Assert.IsTrue(float.IsNaN((Means with { Deviations = null }).Distance(face)), "as older versions saved it");
    }

    [TestMethod]
    public void Of_a_widened_network_the_numbers_of_the_paper_count()
    {
        float[] Wide(float number, float beyond) => [.. All(number), .. Enumerable.Repeat(beyond, SamLayout.Beyond)];
        var means = new PartMeans(Wide(0, 0), Wide(4, 4), Wide(2, 1000));

        Assert.AreEqual(0.5, means.Distance(Wide(1, 9e6f)), 1e-6);
    }

    [TestMethod]
    public void Model_keeps_all_three_and_loses_a_scale_that_was_in_other_units()
    {
        var model = new ModelProto();
        new PartMeans(All(1), All(2)).AddTo(model);
        Assert.IsNull(PartMeans.Read(model)!.Deviations);
        new FamiliarityScale(new float[FamiliarityScale.Quantiles]).AddTo(model);

        Means.AddTo(model);

        var read = PartMeans.Read(model)!;
        CollectionAssert.AreEqual(Means.Real, read.Real);
        CollectionAssert.AreEqual(Means.Fake, read.Fake);
        CollectionAssert.AreEqual(Means.Deviations, read.Deviations);
        Assert.HasCount(3, model.MetadataProps);
        new PartMeans(All(1), All(2)).AddTo(model);
        Assert.HasCount(2, model.MetadataProps);
    }

    [TestMethod]
    public void Mean_of_models_scatters_as_they_do_on_the_average_where_all_of_them_know()
    {
        CollectionAssert.AreEqual(All(3), PartMeans.Average([Means, Means with { Deviations = All(4) }])!.Deviations);
        Assert.IsNull(PartMeans.Average([Means, Means with { Deviations = null }])!.Deviations);
    }

    private static float[] All(float number) => [.. Enumerable.Repeat(number, SamSpec.Concatenated)];
}
