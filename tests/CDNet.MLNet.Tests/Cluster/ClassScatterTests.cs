using CDNet.MLNet.Cluster;

namespace CDNet.MLNet.Tests.Cluster;

[TestClass]
public sealed class ClassScatterTests
{
    [TestMethod]
    public void Vectors_are_seen_from_the_mean_of_their_class_in_units_of_the_deviations()
    {
        var scatter = new ClassScatter();
        scatter.Add([0, 0], isFake: false);
        scatter.Add([2, 0], isFake: false);
        scatter.Add([4, 4], isFake: true);
        scatter.Add([4, 6], isFake: true);

        // The reals differ by 1 from (1, 0) in x, the fakes by 1 from (4, 5) in y: two squares of 1 over four rows each. The distance of the classes is in neither.
        CollectionAssert.AreEqual(new[] { MathF.Sqrt(0.5f), MathF.Sqrt(0.5f) }, scatter.Deviations());
        var rows = scatter.TakeStandardized([2, 0]);

        CollectionAssert.AreEqual(new[] { -2f, 0 }, rows[0]);
        CollectionAssert.AreEqual(new[] { 2f, 0 }, rows[1]);
        CollectionAssert.AreEqual(new[] { 0f, 0 }, rows[2]);
        Assert.AreEqual((2L, 2L), (scatter.Reals, scatter.Fakes));
        CollectionAssert.AreEqual(new[] { 1f, 0 }, scatter.Means().Real);
        CollectionAssert.AreEqual(new[] { 4f, 5 }, scatter.Means().Fake);
    }

    [TestMethod]
    public void One_class_alone_has_no_scatter()
    {
        var scatter = new ClassScatter();
        scatter.Add([1], isFake: true);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => scatter.TakeStandardized([1])).Message, "1 fake and 0 real");
    }
}
