namespace CDNet.MLNet.Video.Tests;

[TestClass]
public sealed class StillPictureTests
{
    [TestMethod]
    public void The_longest_time_counts()
    {
        var still = new StillPicture();
        byte[] pictures = [1, 1, 2, 2, 2, 2, 1, 3, 3];

        for (var i = 0; i < pictures.Length; i++)
            still.Add([pictures[i], 0, 0, 255], TimeSpan.FromSeconds(i));

        Assert.AreEqual(TimeSpan.FromSeconds(3), still.Longest);
    }

    [TestMethod]
    public void A_picture_that_moves_never_stands_still()
    {
        var still = new StillPicture();
        for (byte i = 0; i < 10; i++)
            still.Add([i], TimeSpan.FromSeconds(i));

        Assert.AreEqual(TimeSpan.Zero, still.Longest);
    }
}
