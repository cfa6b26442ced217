namespace CDNet.MLNet.Video.Tests;

/// <summary>Clips of FaceForensics++: H.264 with frames in both directions and a key frame every 250.</summary>
[TestClass]
public sealed class RealClipTests
{
    [TestMethod]
    [DataRow("004.mp4", 1280, 720, 309)]
    [DataRow("519_515.mp4", 640, 480, 751)]
    public void Samples_are_frames_of_the_whole(string name, int width, int height, int frames)
    {
        var path = SharedData.Require($"videos/{name}");
        using (var reader = VideoReader.Open(path))
            Assert.AreEqual((width, height, frames, 25.0), (reader.Width, reader.Height, reader.DeclaredFrameCount, reader.FramesPerSecond));
        var all = Frames.AssertSamplesAreFramesOfTheWhole(path, [3, 32]);
        Assert.HasCount(frames, all);
        Assert.AreEqual(TimeSpan.FromMilliseconds(40 * (frames - 1)), all[^1].Time);
    }
}
