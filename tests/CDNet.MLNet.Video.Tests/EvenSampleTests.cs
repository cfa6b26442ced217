namespace CDNet.MLNet.Video.Tests;

[TestClass]
public sealed class EvenSampleTests
{
    [TestMethod]
    [DataRow(5, 32, new[] { 0, 1, 2, 3, 4 }, DisplayName = "fewer than wanted: each once")]
    [DataRow(4, 4, new[] { 0, 1, 2, 3 }, DisplayName = "as many as wanted")]
    [DataRow(100, 4, new[] { 12, 37, 62, 87 }, DisplayName = "the middles of four quarters")]
    [DataRow(5, 2, new[] { 1, 3 }, DisplayName = "the middles of two halves")]
    [DataRow(9, 1, new[] { 4 }, DisplayName = "the middle")]
    [DataRow(0, 3, new int[0], DisplayName = "none")]
    public void Indices_are_the_middles_of_equal_parts(int total, int count, int[] expected)
        => Assert.AreSequenceEqual(expected, EvenSample.Indices(total, count));

    [TestMethod]
    public void Long_videos_do_not_overflow()
        => Assert.AreEqual(2_000_000_000 - 31_250_000, EvenSample.Indices(2_000_000_000, 32).Last());
}
