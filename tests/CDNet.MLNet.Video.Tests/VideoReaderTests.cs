namespace CDNet.MLNet.Video.Tests;

[TestClass]
public sealed class VideoReaderTests
{
    [TestMethod]
    public void Sample_gives_the_frames_that_All_gives()
    {
        using var reader = VideoReader.Open(SharedData.Require("videos/004.mp4"));
        var all = 0;
        foreach (var frame in reader.All())
        {
            using (frame)
                Assert.AreEqual(all++, frame.Index);
        }
        Assert.AreEqual(reader.DeclaredFrameCount, all);
        var sampled = 0;
        foreach (var frame in reader.Sample())
        {
            using (frame)
                sampled++;
        }
        Assert.AreEqual(32, sampled);
    }
}
