using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Tests.Prepared;

namespace CDNet.MLNet.Tests.Data;

/// <summary>Frames of videos as pictures.</summary>
[TestClass]
public sealed class FrameFilesTests
{
    private readonly TempFolder _root = new();

    private string Target => Path.Combine(_root.Path, "frames");

    [TestCleanup]
    public void RemoveFolder() => _root.Dispose();

    [TestMethod]
    public void Frames_become_pictures_of_the_same_pixels_named_by_their_places()
    {
        string[] videos = [DrawnVideos.Write(_root.File("a/one.vid"), 5), DrawnVideos.Write(_root.File("b/two.vid"), 2)];
        var told = new List<long>();

        var report = FrameFiles.Write(videos, new DrawnVideos(), Target, count: 3, new ToldAtOnce<long>(told.Add));

        Assert.AreEqual(3 + 2, report.Frames);
        Assert.IsEmpty(report.Failed);
        CollectionAssert.AreEqual(new long[] { 1, 2 }, told);
        CollectionAssert.AreEqual(new[] { "frame-000000.png", "frame-000001.png", "frame-000002.png" }, Names("one"));
        foreach (var frame in new DrawnVideos().Read(videos[1], null, CancellationToken.None))
        {
            using (frame)
            using (var picture = PictureReader.ReadPixels(Path.Combine(Target, "two", $"frame-{frame.Index:D6}.png")))
                CollectionAssert.AreEqual(Colours(PixelView.Of(frame.Image)), Colours(picture.View), $"frame {frame.Index}");
        }
    }

    [TestMethod]
    public void Every_frame_where_no_count_is_given()
        => Assert.AreEqual(40, FrameFiles.Write([DrawnVideos.Write(_root.File("one.vid"), 40)], new DrawnVideos(), Target, count: null).Frames);

    [TestMethod]
    public void Damaged_video_keeps_its_frames_and_the_others_go_on()
    {
        string[] videos =
        [
            DrawnVideos.Write(_root.File("cut.vid"), 2, "breaks"), DrawnVideos.Write(_root.File("none.vid"), 0), _root.File("missing.vid"), DrawnVideos.Write(_root.File("whole.vid"), 4),
        ];

        var report = FrameFiles.Write(videos, new DrawnVideos(), Target);

        Assert.AreEqual(2 + 4, report.Frames);
        CollectionAssert.AreEqual(new[] { $"{videos[0]}: breaks off.", $"{videos[1]}: the video has no frames.", $"{videos[2]}: no such file." }, report.Failed.ToArray());
        Assert.HasCount(2, Names("cut"));
        CollectionAssert.AreEqual(new[] { "cut", "whole" }, Directory.EnumerateDirectories(Target).Select(Path.GetFileName).Order().ToArray());
    }

    [TestMethod]
    public void What_is_there_already_doubled_names_and_wrong_counts_are_refused_before_anything_is_written()
    {
        string[] videos = [DrawnVideos.Write(_root.File("a/new.vid"), 2), DrawnVideos.Write(_root.File("a/old.vid"), 2), DrawnVideos.Write(_root.File("b/OLD.vid"), 2)];
        File.WriteAllText(_root.File("frames/old/kept.txt"), "x");

        var taken = Assert.ThrowsExactly<IOException>(() => FrameFiles.Write(videos[..2], new DrawnVideos(), Target));
        var doubled = Assert.ThrowsExactly<ArgumentException>(() => FrameFiles.Write(videos, new DrawnVideos(), Target));

        StringAssert.Contains(taken.Message, Path.Combine(Target, "old"));
        StringAssert.Contains(doubled.Message, $"{videos[1]} and {videos[2]}");
        Assert.ThrowsExactly<ArgumentException>(() => FrameFiles.Write([], new DrawnVideos(), Target));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FrameFiles.Write(videos[..1], new DrawnVideos(), Target, count: 0));
        CollectionAssert.AreEqual(new[] { "old" }, Directory.EnumerateDirectories(Target).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void Cancelled_work_ends()
    {
        using var cancellation = new CancellationTokenSource();
        var videos = new DrawnVideos { OnFrame = frame => cancellation.Cancel() };

        Assert.Throws<OperationCanceledException>(() => FrameFiles.Write([DrawnVideos.Write(_root.File("one.vid"), 5)], videos, Target, cancellation: cancellation.Token));
    }

    private static (byte Red, byte Green, byte Blue)[] Colours(PixelView view)
    {
        var colours = new (byte, byte, byte)[view.Width * view.Height];
        for (var i = 0; i < colours.Length; i++)
        {
            var pixel = view.Pixels.Slice(i * PixelView.Channels, PixelView.Channels);
            colours[i] = view.IsBgra ? (pixel[2], pixel[1], pixel[0]) : (pixel[0], pixel[1], pixel[2]);
        }
        return colours;
    }

    private string[] Names(string video) => [.. Directory.EnumerateFiles(Path.Combine(Target, video)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
