namespace CDNet.MLNet.Video.Tests.Ffmpeg;

/// <summary>The program ffmpeg gives the frames that OpenCV gives.</summary>
[TestClass]
public sealed class FfmpegReaderTests
{
    private readonly TempFolder _folder = new();

    [TestInitialize]
    public void RequireFfmpeg() => FfmpegTool.Require();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("clip.mp4")]
    [DataRow("clip.avi")]
    public void Samples_are_frames_of_the_whole_with_their_times(string name)
    {
        var path = NumberedClip.Write(_folder.File(name), 400);

        var all = Frames.AssertSamplesAreFramesOfTheWhole(path, [1, 3, 32, 300, 500], decoder: VideoDecoder.Ffmpeg);

        Assert.AreSequenceEqual(Enumerable.Range(0, 400).Select(i => TimeSpan.FromMilliseconds(40 * i)), all.Select(frame => frame.Time));
        using var reader = VideoReader.Open(path, FfmpegTool.Options);
        Assert.AreEqual((NumberedClip.Width, NumberedClip.Height, 25.0, 400), (reader.Width, reader.Height, reader.FramesPerSecond, reader.DeclaredFrameCount));
        var sample = Frames.Read(reader.Sample(), frame => (frame.Index, Number: NumberedClip.NumberIn(frame.Image)));
        Assert.IsTrue(sample.All(frame => frame.Index == frame.Number));
    }

    [TestMethod]
    [DataRow("h264.mp4", "-c:v libx264 -g 12 -bf 2")]
    [DataRow("h264-open.mp4", "-c:v libx264 -g 24 -bf 3 -x264-params open-gop=1")]
    [DataRow("h264-full.mp4", "-c:v libx264 -g 250 -bf 3 -pix_fmt yuvj420p")]
    [DataRow("h264-709.mp4", "-c:v libx264 -g 24 -colorspace bt709 -color_primaries bt709 -color_trc bt709")]
    [DataRow("h264-444.mp4", "-c:v libx264 -g 250 -bf 3 -pix_fmt yuv444p")]
    [DataRow("h264-interlaced.mp4", "-c:v libx264 -g 24 -flags +ilme+ildct")]
    [DataRow("h264.mkv", "-c:v libx264 -g 24 -bf 3")]
    [DataRow("h264.ts", "-c:v libx264 -g 24 -bf 3")]
    [DataRow("h264.avi", "-c:v libx264 -g 24 -bf 3")]
    [DataRow("h264.h264", "-c:v libx264 -g 24 -bf 3")]
    [DataRow("h265.mp4", "-c:v libx265 -preset ultrafast -x265-params keyint=24:bframes=3:open-gop=1:log-level=none")]
    [DataRow("vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 24")]
    [DataRow("vp9-full.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 24 -color_range pc")]
    [DataRow("mpeg4.avi", "-c:v mpeg4 -g 24 -bf 2")]
    [DataRow("mpeg2.mpg", "-c:v mpeg2video -g 24 -bf 2")]
    [DataRow("variable.mkv", "-vf select='not(mod(n,9))+lt(n,20)' -fps_mode vfr -c:v libx264 -g 4 -bf 2")]
    public void Frames_are_those_of_opencv(string name, string options)
    {
        var path = FfmpegTool.Make(_folder.File(name), ["-f", "lavfi", "-i", "testsrc2=size=192x112:rate=25:duration=8", "-pix_fmt", "yuv420p", .. options.Split(' ')]);

        var all = Frames.AssertSamplesAreFramesOfTheWhole(path, [2, 9], decoder: VideoDecoder.Ffmpeg);
        using var opencv = VideoReader.Open(path);
        using var ffmpeg = VideoReader.Open(path, FfmpegTool.Options);
        var expected = Frames.Read(opencv.Sample(5), Facts);
        var actual = Frames.Read(ffmpeg.Sample(5), Facts);

        Assert.AreSequenceEqual(expected.Select(frame => frame.Index), actual.Select(frame => frame.Index));
        for (var i = 0; i < 5; i++)
        {
            Assert.AreEqual(expected[i].Time.TotalSeconds, actual[i].Time.TotalSeconds, name.EndsWith(".h264", StringComparison.Ordinal) ? 0.1 : 1e-6);
            var difference = expected[i].Pixels.Zip(actual[i].Pixels, (one, other) => Math.Abs(one - other)).Average();
            // Another frame differs by more than 5, colours of the other range or matrix by more than 3.
            Assert.IsLessThan(1, difference, $"frame {expected[i].Index} of {all.Count}");
        }

        static (int Index, TimeSpan Time, byte[] Pixels) Facts(VideoFrame frame) => (frame.Index, frame.Time, frame.Image.Pixels.ToArray());
    }

    [TestMethod]
    public void A_rotated_video_comes_upright()
    {
        var path = NumberedClip.Write(_folder.File("clip.mp4"), 30);
        new Mp4Editor(path).Rotate90().Save(_folder.File("rotated.mp4"));
        using var opencv = VideoReader.Open(_folder.File("rotated.mp4"));
        using var ffmpeg = VideoReader.Open(_folder.File("rotated.mp4"), FfmpegTool.Options);

        Assert.AreEqual((NumberedClip.Height, NumberedClip.Width), (ffmpeg.Width, ffmpeg.Height));
        var expected = Frames.Read(opencv.Sample(1), frame => frame.Image.Pixels.ToArray()).Single();
        var actual = Frames.Read(ffmpeg.Sample(1), frame => frame.Image.Pixels.ToArray()).Single();
        Assert.IsLessThan(1, expected.Zip(actual, (one, other) => Math.Abs(one - other)).Average());
    }

    [TestMethod]
    public void Variable_frame_rate_gives_each_frame_its_own_time()
    {
        var editor = new Mp4Editor(NumberedClip.Write(_folder.File("clip.mp4"), 300));
        var unit = editor.UnitsPerFrame;
        var path = editor.SetDurations((25, unit), (100, 2 * unit), (175, unit * 3 / 7)).Save(_folder.File("variable.mp4"));

        var frames = Frames.AssertSamplesAreFramesOfTheWhole(path, [3, 7, 32], decoder: VideoDecoder.Ffmpeg);

        Assert.AreEqual(5.0, frames[75].Time.TotalSeconds, 1e-4);
        Assert.AreEqual(9.0, frames[125].Time.TotalSeconds, 1e-4);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(31)]
    public void Of_a_short_video_every_frame_comes_once(int frames)
    {
        using var reader = VideoReader.Open(NumberedClip.Write(_folder.File("clip.mp4"), frames), FfmpegTool.Options);

        Assert.AreSequenceEqual(Enumerable.Range(0, frames), Frames.Numbers(reader.Sample()));
        Assert.IsNull(reader.Warning);
    }

    [TestMethod]
    public void Key_frames_are_gone_to_where_they_lie_far_ahead()
    {
        var path = FfmpegTool.Make(_folder.File("long.mp4"), "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=60", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-g", "25", "-bf", "2");
        var programs = FfmpegTool.Pretend(_folder, "exec ffmpeg \"$@\"", "exec ffprobe \"$@\"") with { StallSeconds = 60 };

        using (var reader = VideoReader.Open(path, programs))
            Assert.AreSequenceEqual([250, 750, 1250], Frames.Read(reader.Sample(3), frame => frame.Index));

        // ffprobe at opening and for the time stamps, ffmpeg for each of the three.
        FfmpegTool.AssertNoneIsLeft(_folder, started: 5);
        Frames.AssertSamplesAreFramesOfTheWhole(path, [3], decoder: VideoDecoder.Ffmpeg);
    }

    [TestMethod]
    public void A_size_that_changes_on_the_way_is_warned_of_and_the_frames_keep_the_first()
    {
        var parts = new[] { "192x112", "320x240" }.Select((size, i) => File.ReadAllBytes(FfmpegTool.Make(
            _folder.File($"{i}.ts"), "-f", "lavfi", "-i", $"testsrc2=size={size}:rate=25:duration=2", "-pix_fmt", "yuv420p", "-c:v", "libx264"))).ToArray();
        File.WriteAllBytes(_folder.File("both.ts"), [.. parts[0], .. parts[1]]);

        using var reader = VideoReader.Open(_folder.File("both.ts"), FfmpegTool.Options);
        var sizes = Frames.Read(reader.All(), frame => (frame.Image.Width, frame.Image.Height));

        Assert.AreSequenceEqual([(192, 112)], sizes.Distinct());
        Assert.HasCount(100, sizes);
        Assert.Contains("the size of the picture changes on the way", reader.Warning ?? "");
    }

    [TestMethod]
    [DataRow("-name.mp4")]
    [DataRow("http:clip 'quoted' [0] %03d;$(id).mp4")]
    public void A_path_is_a_file_whatever_it_looks_like(string name)
    {
        var path = _folder.File(name);
        File.Move(NumberedClip.Write(_folder.File("clip.mp4"), 10), path);

        using var reader = VideoReader.Open(path, FfmpegTool.Options);
        Assert.AreSequenceEqual([2, 7], Frames.Numbers(reader.Sample(2)));
    }

    [TestMethod]
    public void A_playlist_does_not_lead_elsewhere()
    {
        NumberedClip.Write(_folder.File("clip.mp4"), 10);
        File.WriteAllText(_folder.File("list.mp4"), "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/clip.ts\n#EXT-X-ENDLIST\n");

        Assert.ThrowsExactly<InvalidDataException>(() => VideoReader.Open(_folder.File("list.mp4"), FfmpegTool.Options));
    }

    [TestMethod]
    public void Clips_of_faceforensics_come_as_with_opencv()
    {
        var path = SharedData.Require("videos/004.mp4");
        using var opencv = VideoReader.Open(path);
        using var ffmpeg = VideoReader.Open(path, FfmpegTool.Options);

        var expected = Frames.Read(opencv.Sample(4), frame => (frame.Index, frame.Time, Pixels: frame.Image.Pixels.ToArray()));
        var actual = Frames.Read(ffmpeg.Sample(4), frame => (frame.Index, frame.Time, Pixels: frame.Image.Pixels.ToArray()));

        Assert.AreSequenceEqual(expected.Select(frame => (frame.Index, frame.Time)), actual.Select(frame => (frame.Index, frame.Time)));
        foreach (var (one, other) in expected.Zip(actual))
        {
            var differences = one.Pixels.Zip(other.Pixels, (a, b) => Math.Abs(a - b)).ToArray();
            Assert.IsLessThan(0.5, differences.Average());
            Assert.IsLessThanOrEqualTo(3, differences.Max());
        }
    }
}
