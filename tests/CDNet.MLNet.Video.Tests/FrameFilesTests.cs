using CDNet.MLNet.Data;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Video.Tests;

/// <summary>Frames of real files as pictures.</summary>
[TestClass]
public sealed class FrameFilesTests
{
    [TestMethod]
    [DataRow("clip.mp4")]
    [DataRow("clip.avi")]
    public void Each_picture_shows_the_frame_that_its_name_tells(string name)
    {
        using var root = new TempFolder();
        var clip = NumberedClip.Write(root.File(name), 50);

        var report = FrameFiles.Write([clip], new VideoFrameSource(), root.File("frames"), count: 4);

        Assert.IsEmpty(report.Failed);
        var files = Directory.GetFiles(root.File("frames/clip"));
        Assert.HasCount(4, files);
        foreach (var file in files)
        {
            using var picture = MLImage.CreateFromFile(file);
            Assert.AreEqual($"frame-{NumberedClip.NumberIn(picture):D6}.png", Path.GetFileName(file));
        }
    }
}
