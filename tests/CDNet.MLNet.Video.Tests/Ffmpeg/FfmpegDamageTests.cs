namespace CDNet.MLNet.Video.Tests.Ffmpeg;

/// <summary>Files that are cut short, damaged, mislabelled or no videos at all, read by the program ffmpeg.</summary>
[TestClass]
public sealed class FfmpegDamageTests
{
    private readonly TempFolder _folder = new();

    [TestInitialize]
    public void RequireFfmpeg() => FfmpegTool.Require();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void What_is_no_video_is_refused_by_name_and_reason()
    {
        Assert.ThrowsExactly<FileNotFoundException>(() => VideoReader.Open(_folder.File("missing.mp4"), FfmpegTool.Options));
        AssertRefused(_folder.Path, "a folder, not a video");
        AssertRefused(Write("empty.mp4", []), "the file is empty");
        AssertRefused(Write("text.mp4", "This is no video, whatever its name says.\n"u8.ToArray()), "no video in a known format");
        var clip = File.ReadAllBytes(NumberedClip.Write(_folder.File("clip.mp4"), 100));
        AssertRefused(Write("cut.mp4", clip[..(clip.Length / 2)]), "cut short before its index");
        AssertRefused(FfmpegTool.Make(_folder.File("sound.mp4"), "-f", "lavfi", "-i", "sine=duration=1"), "holds sound alone");
    }

    [TestMethod]
    [DataRow("clip.mp4")]
    [DataRow("clip.avi")]
    public void Of_a_file_cut_short_the_frames_there_are_come_with_a_warning(string name)
    {
        var path = NumberedClip.Write(_folder.File(name), 200);
        if (name.EndsWith(".mp4", StringComparison.Ordinal))
            new Mp4Editor(path).IndexFirst().Save(path);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length * 6 / 10)]);

        using var reader = VideoReader.Open(path, FfmpegTool.Options);
        var numbers = Frames.Numbers(reader.All());

        Assert.IsTrue(numbers.Count is > 80 and < 160, $"{numbers.Count}");
        // The last may be half a picture.
        Assert.AreSequenceEqual(Enumerable.Range(0, numbers.Count - 1), numbers.SkipLast(1));
        Assert.Contains($"the header declares 200 frames and {numbers.Count} were found", reader.Warning ?? "");
        using var sampling = VideoReader.Open(path, FfmpegTool.Options);
        Assert.AreSequenceEqual(EvenSample.Indices(numbers.Count, 8), Frames.Numbers(sampling.Sample(8)));
        Assert.Contains("the header declares 200 frames", sampling.Warning ?? "");
    }

    [TestMethod]
    [DataRow(10)]
    [DataRow(5000)]
    public void The_frame_count_of_a_header_is_not_believed(int declared)
    {
        var editor = new Mp4Editor(NumberedClip.Write(_folder.File("clip.mp4"), 300));
        var path = editor.SetDurations((declared, editor.UnitsPerFrame)).Save(_folder.File("lying.mp4"));

        Assert.HasCount(300, Frames.AssertSamplesAreFramesOfTheWhole(path, [2, 5, 32], declared > 300 ? "declares 5000 frames and 300 were found" : null, VideoDecoder.Ffmpeg));
    }

    [TestMethod]
    public void Damaged_places_are_warned_of_and_do_not_cost_the_rest()
    {
        var path = NumberedClip.Write(_folder.File("clip.avi"), 200);
        var bytes = File.ReadAllBytes(path);
        var middle = bytes.Length / 2;
        bytes.AsSpan(middle, 20_000).Clear();
        File.WriteAllBytes(path, bytes);

        using var reader = VideoReader.Open(path, FfmpegTool.Options);
        var frames = Frames.Facts(reader.All());

        Assert.IsTrue(frames.Count is > 150 and <= 200, $"{frames.Count}");
        Assert.Contains("damaged places: ffmpeg reports", reader.Warning ?? "");
        using var sampling = VideoReader.Open(path, FfmpegTool.Options);
        var sample = Frames.Facts(sampling.Sample(8));
        Assert.HasCount(8, sample);
        foreach (var frame in sample)
            Assert.AreEqual(frames.Single(of => of.Time == frame.Time).Pixels, frame.Pixels, $"{frame}");
    }

    private string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder.File(name), bytes);
        return _folder.File(name);
    }

    private static void AssertRefused(string path, string reason)
    {
        var message = Assert.ThrowsExactly<InvalidDataException>(() => VideoReader.Open(path, FfmpegTool.Options)).Message;
        Assert.Contains(reason, message);
        Assert.Contains(path, message);
    }
}
