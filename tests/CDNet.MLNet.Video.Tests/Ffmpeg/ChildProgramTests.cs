using System.Diagnostics;

namespace CDNet.MLNet.Video.Tests.Ffmpeg;

/// <summary>Programs that are missing, too old, hang or are left in the middle.</summary>
[TestClass]
public sealed class ChildProgramTests
{
    private const string Stream = "echo 'stream|codec_name=h264|width=64|height=48|pix_fmt=yuv420p|avg_frame_rate=25/1|time_base=1/25|start_pts=0|nb_frames=5'";
    private const string Packets = "printf 'packet|pts=0|flags=K_\\npacket|pts=1|flags=__\\n'; ";

    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void A_missing_program_is_named_with_what_to_install_and_auto_goes_on_without()
    {
        Directory.CreateDirectory(_folder.File("nothing"));
        var options = new VideoReaderOptions { Decoder = VideoDecoder.Ffmpeg, FfmpegFolder = _folder.File("nothing") };

        var message = Assert.ThrowsExactly<InvalidOperationException>(() => new VideoFrameSource(options)).Message;
        Assert.Contains("cannot be started", message);
        Assert.Contains("apt-get install ffmpeg", message);
        Assert.AreEqual(message, Assert.ThrowsExactly<InvalidOperationException>(() => VideoReader.Open(Clip(), options)).Message);

        var auto = new VideoFrameSource(options with { Decoder = VideoDecoder.Auto });
        Assert.StartsWith("opencv ", auto.Decoder);
        Assert.AreEqual(5, auto.Read(Clip(), 32, default).Sum(frame => { frame.Dispose(); return 1; }));
    }

    [TestMethod]
    public void A_program_that_is_too_old_is_refused()
    {
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => new VideoFrameSource(FfmpegTool.Pretend(_folder, "", "", "4.4.2-0ubuntu1"))).Message;

        Assert.Contains("of version 4.4.2-0ubuntu1", message);
        Assert.Contains("FFmpeg 5.1 or later", message);
    }

    [TestMethod]
    public void What_decodes_is_named_with_the_version_that_colours_depend_on()
    {
        Assert.AreEqual("ffmpeg 5.1", new VideoFrameSource(FfmpegTool.Pretend(_folder, "", "")).Decoder);
        using var other = new TempFolder();
        Assert.AreEqual("ffmpeg N-109542-g1bf1c2d", new VideoFrameSource(FfmpegTool.Pretend(other, "", "", "N-109542-g1bf1c2d")).Decoder);
    }

    [TestMethod]
    public void A_program_that_hangs_is_ended_and_the_video_is_named()
    {
        var options = FfmpegTool.Pretend(_folder, "sleep 1000", Packets + Stream);
        using var reader = VideoReader.Open(Clip(), options);

        var message = Assert.ThrowsExactly<InvalidDataException>(() => Frames.Facts(reader.Sample(2))).Message;
        Assert.Contains("clip.avi: ", message);
        Assert.Contains("gave nothing and did nothing for 1 s", message);

        using var other = new TempFolder();
        Assert.Contains("gave nothing", Assert.ThrowsExactly<InvalidDataException>(() => VideoReader.Open(Clip(), FfmpegTool.Pretend(other, "", "exec sleep 1000"))).Message);
        FfmpegTool.AssertNoneIsLeft(_folder, started: 3);
        FfmpegTool.AssertNoneIsLeft(other, started: 1);
    }

    [TestMethod]
    public void Cancelling_ends_a_program_that_hangs()
    {
        var options = FfmpegTool.Pretend(_folder, "exec sleep 1000", Packets + Stream) with { StallSeconds = 600 };
        using var stop = new CancellationTokenSource();
        using var reader = VideoReader.Open(Clip(), options);
        stop.CancelAfter(500);
        var watch = Stopwatch.StartNew();

        Assert.ThrowsExactly<OperationCanceledException>(() => Frames.Facts(reader.Sample(2, stop.Token)));

        Assert.IsLessThan(300, watch.Elapsed.TotalSeconds);
        FfmpegTool.AssertNoneIsLeft(_folder, started: 3);
    }

    [TestMethod]
    public void Who_leaves_in_the_middle_leaves_no_program()
    {
        FfmpegTool.Require();
        var path = NumberedClip.Write(_folder.File("long.avi"), 300);
        var options = FfmpegTool.Pretend(_folder, "exec ffmpeg \"$@\"", "exec ffprobe \"$@\"") with { StallSeconds = 60 };

        using (var reader = VideoReader.Open(path, options))
        {
            foreach (var frame in reader.All())
            {
                frame.Dispose();
                if (frame.Index == 5)
                    break;
            }
        }

        FfmpegTool.AssertNoneIsLeft(_folder, started: 2);
    }

    [TestMethod]
    public void What_a_broken_program_says_is_handed_on()
    {
        var options = FfmpegTool.Pretend(_folder, "echo '[h264 @ 0x1] [error] no memory for pictures' >&2; exit 1", Packets + Stream);
        using var reader = VideoReader.Open(Clip(), options);

        var message = Assert.ThrowsExactly<InvalidDataException>(() => Frames.Facts(reader.Sample(2))).Message;
        Assert.Contains("clip.avi: not one frame could be decoded", message);
        Assert.Contains("no memory for pictures", message);
    }

    private string Clip() => File.Exists(_folder.File("clip.avi")) ? _folder.File("clip.avi") : NumberedClip.Write(_folder.File("clip.avi"), 5);
}
