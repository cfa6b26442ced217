using CDNet.MLNet.Data;

namespace CDNet.MLNet.Tests.Data;

/// <summary>Drawing a part of the data by whole sources.</summary>
[TestClass]
public sealed class SourceDrawTests
{
    // Sources of three: 0-2, 3-5, ...
    private static readonly int[] Items = [.. Enumerable.Range(0, 30)];

    [TestMethod]
    public void Draws_whole_sources_and_cuts_at_most_the_last()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var drawn = Draw(10, seed);

            Assert.HasCount(10, drawn);
            Assert.AreEqual(10, drawn.Distinct().Count());
            CollectionAssert.AreEqual(new[] { 3, 3, 3, 1 }, drawn.GroupBy(Source).Select(source => source.Count()).ToArray());
        }
    }

    [TestMethod]
    public void Follows_its_seed()
    {
        CollectionAssert.AreEqual(Draw(10, 1), Draw(10, 1));
        CollectionAssert.AreNotEqual(Draw(10, 1), Draw(10, 2));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(30)]
    [DataRow(31)]
    public void Takes_everything_in_its_order_where_the_limit_allows_it(int limit) => CollectionAssert.AreEqual(Items, Draw(limit, 1));

    private static string Source(int item) => (item / 3).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static int[] Draw(int limit, int seed) => [.. SourceDraw.Of(Items, Source, limit, seed)];
}
