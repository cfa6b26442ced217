using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Tests.Faces;

[TestClass]
public sealed class TilePlanTests
{
    [TestMethod]
    public void Square_picture_up_to_720_pixels_is_one_window()
        => CollectionAssert.AreEqual(new[] { new Tile(0, 0, 256, true) }, TilePlan.For(256, 256, 720, 128));

    [TestMethod]
    public void Wide_picture_has_the_three_half_overlapping_windows_of_the_reference()
        => CollectionAssert.AreEqual(new[] { 0, 280, 560 }, TilePlan.For(1280, 720, 720, 128).Select(tile => tile.Left).ToArray());

    [TestMethod]
    public void Full_hd_is_looked_at_whole_and_in_windows_of_720()
    {
        var tiles = TilePlan.For(1920, 1080, 720, 128);

        CollectionAssert.AreEqual(new[] { 1080, 720 }, tiles.Select(tile => tile.Side).Distinct().ToArray());
        Assert.IsTrue(tiles.All(tile => tile.IsCoarse == (tile.Side == 1080)));
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(3, 1)]
    [DataRow(1, 5000)]
    [DataRow(225, 224)]
    [DataRow(1920, 1080)]
    [DataRow(4000, 3000)]
    [DataRow(12000, 9000)]
    public void Windows_lie_inside_cover_every_pixel_and_overlap_by_half(int width, int height)
    {
        var tiles = TilePlan.For(width, height, 720, 128);

        Assert.IsLessThanOrEqualTo(Math.Max(128, tiles.Count(tile => tile.IsCoarse)), tiles.Count);
        foreach (var level in tiles.GroupBy(tile => tile.Side))
        {
            AssertCovers([.. level.Select(tile => tile.Left).Distinct().Order()], level.Key, width);
            AssertCovers([.. level.Select(tile => tile.Top).Distinct().Order()], level.Key, height);
        }
    }

    [TestMethod]
    public void Finest_windows_are_left_out_first_when_there_would_be_too_many()
    {
        Assert.IsTrue(TilePlan.For(12_000, 9_000, 720, 5).All(tile => tile.IsCoarse));
        Assert.AreEqual(1500, TilePlan.For(4000, 3000, 720, 30).Min(tile => tile.Side));
        Assert.AreEqual(750, TilePlan.For(4000, 3000, 720, 100).Min(tile => tile.Side));
    }

    [TestMethod]
    public void Windows_beyond_the_picture_are_half_as_large_again_about_the_same_centres()
        => CollectionAssert.AreEqual(new[] { new Tile(-64, -64, 384, true) }, TilePlan.Beyond(256, 256));

    private static void AssertCovers(int[] starts, int side, int length)
    {
        Assert.AreEqual(0, starts[0]);
        Assert.AreEqual(length, starts[^1] + side);
        for (var i = 1; i < starts.Length; i++)
            Assert.IsLessThanOrEqualTo(Math.Max(1, side / 2) + 1, starts[i] - starts[i - 1]);
    }
}
