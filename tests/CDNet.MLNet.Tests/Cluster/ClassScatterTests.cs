using CDNet.MLNet.Cluster;

namespace CDNet.MLNet.Tests.Cluster;

[TestClass]
public sealed class ClassScatterTests
{
    [TestMethod]
    public void Covariance_is_that_about_the_mean_of_each_ones_class()
    {
        var scatter = new ClassScatter(2);
        scatter.Add([0, 0], isFake: false);
        scatter.Add([2, 0], isFake: false);
        scatter.Add([4, 4], isFake: true);
        scatter.Add([4, 6], isFake: true);

        // The reals differ by 1 from (1, 0) in x, the fakes by 1 from (4, 5) in y: two squares of 1 over four rows each. The distance of the classes is in neither.
        var covariance = scatter.WithinClasses();

        Assert.AreEqual((2L, 2L), (scatter.Reals, scatter.Fakes));
        CollectionAssert.AreEqual(new[] { 0.5 }, covariance[0]);
        CollectionAssert.AreEqual(new[] { 0, 0.5 }, covariance[1]);
        CollectionAssert.AreEqual(new[] { 1f, 0 }, scatter.Means().Real);
        CollectionAssert.AreEqual(new[] { 4f, 5 }, scatter.Means().Fake);
        CollectionAssert.AreEqual(new[] { MathF.Sqrt(0.5f), MathF.Sqrt(0.5f) }, scatter.Deviations());
    }

    [TestMethod]
    public void One_class_alone_has_none()
    {
        var scatter = new ClassScatter(1);
        scatter.Add([1], isFake: true);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => scatter.WithinClasses()).Message, "1 fake and 0 real");
    }
}
