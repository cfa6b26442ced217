using CDNet.MLNet.Data;

namespace CDNet.MLNet.Tests.Data;

[TestClass]
public sealed class EvenSampleTests
{
    [TestMethod]
    [DataRow(10, 4, new[] { 0, 2, 5, 7 })]
    [DataRow(3, 3, new[] { 0, 1, 2 })]
    [DataRow(2, 5, new[] { 0, 1 })]
    [DataRow(0, 5, new int[0])]
    public void Sample_comes_from_all_over_the_list(int count, int most, int[] expected)
        => CollectionAssert.AreEqual(expected, EvenSample.Of([.. Enumerable.Range(0, count)], most));
}
