using System.Diagnostics;
using System.Globalization;

namespace CDNet.MLNet.Video.Tests;

/// <summary>Codecs and containers that OpenCV cannot write, made by the ffmpeg program where it is installed, and counted by it.</summary>
[TestClass]
public sealed class FfmpegClipTests
{
    [TestMethod]
    [DataRow("h264.mp4", "-c:v libx264 -g 12 -bf 2")]
    [DataRow("h264-long.mp4", "-c:v libx264 -g 96 -bf 3")]
    [DataRow("h264-open.mp4", "-c:v libx264 -g 24 -bf 3 -x264-params open-gop=1")]
    [DataRow("h264-refresh.mp4", "-c:v libx264 -g 24 -intra-refresh 1")]
    [DataRow("h264-interlaced.mp4", "-c:v libx264 -g 24 -flags +ilme+ildct")]
    [DataRow("h264.mkv", "-c:v libx264 -g 24 -bf 3")]
    [DataRow("h264.ts", "-c:v libx264 -g 24 -bf 3")]
    [DataRow("h264.avi", "-c:v libx264 -g 24 -bf 3")]
    [DataRow("h264.h264", "-c:v libx264 -g 24 -bf 3")]
    [DataRow("fragments.mp4", "-c:v libx264 -g 24 -movflags frag_keyframe+empty_moov")]
    [DataRow("h265.mp4", "-c:v libx265 -preset ultrafast -x265-params keyint=24:bframes=3:open-gop=1:log-level=none")]
    [DataRow("h265.mkv", "-c:v libx265 -preset ultrafast -x265-params keyint=24:open-gop=0:log-level=none")]
    [DataRow("vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 24")]
    [DataRow("vp8.webm", "-c:v libvpx -deadline realtime -cpu-used 8 -g 24 -auto-alt-ref 1 -lag-in-frames 16")]
    [DataRow("mpeg4.mp4", "-c:v mpeg4 -g 24 -bf 2")]
    [DataRow("mpeg4.avi", "-c:v mpeg4 -g 24 -bf 2")]
    [DataRow("mpeg2.mpg", "-c:v mpeg2video -g 24 -bf 2")]
    [DataRow("variable.mp4", "-vf select='not(mod(n,7))+lt(n,60)+gt(n,220)' -vsync vfr -c:v libx264 -g 20 -bf 2")]
    [DataRow("variable.mkv", "-vf select='not(mod(n,9))+lt(n,20)' -vsync vfr -c:v libx264 -g 4 -bf 2")]
    public void Samples_are_frames_of_the_whole(string name, string options)
    {
        using var folder = new TempFolder();
        var path = Encode(folder.File(name), options);

        Assert.HasCount(CountWithFfmpeg(path), Frames.AssertSamplesAreFramesOfTheWhole(path, [2, 5, 32]));
    }

    [TestMethod]
    public void A_cut_without_decoding_is_read_as_ffmpeg_reads_it()
    {
        using var folder = new TempFolder();
        var whole = Encode(folder.File("whole.mp4"), "-c:v libx264 -g 48 -bf 3");
        var path = folder.File("cut.mp4");
        Ffmpeg(["-i", whole, "-ss", "3.3", "-t", "5", "-c", "copy", path]);

        Assert.HasCount(CountWithFfmpeg(path), Frames.AssertSamplesAreFramesOfTheWhole(path, [2, 5, 32]));
    }

    [TestMethod]
    public void Pixels_are_those_of_ffmpeg()
    {
        using var folder = new TempFolder();
        var path = Encode(folder.File("clip.mp4"), "-c:v libx264 -g 12 -bf 2");
        var raw = folder.File("clip.rgba");
        Ffmpeg(["-i", path, "-sws_flags", "bicubic", "-pix_fmt", "rgba", "-f", "rawvideo", raw]);
        var expected = File.ReadAllBytes(raw);

        using var reader = VideoReader.Open(path);
        var size = reader.Width * reader.Height * 4;
        Assert.AreEqual(300 * size, expected.Length);
        var differences = Frames.Read(reader.Sample(10), frame =>
        {
            var pixels = frame.Image.Pixels;
            var sum = 0L;
            for (var i = 0; i < size; i++)
                sum += Math.Abs(pixels[i] - expected[frame.Index * size + i]);
            return (double)sum / size;
        });
        // Two versions of FFmpeg may round colours differently; another frame differs by more than 5.
        Assert.IsLessThan(0.5, differences.Max());
    }

    [TestMethod]
    public void Seeking_decodes_fewer_frames()
    {
        using var folder = new TempFolder();
        var path = Encode(folder.File("clip.mp4"), "-c:v libx264 -g 25 -bf 2");
        var options = new VideoReaderOptions();
        using var walk = new TimelineWalk(FrameTimeline.Read(path, default), () => FrameDecoder.Open(path, options));

        foreach (var index in EvenSample.Indices(300, 4))
            Assert.IsTrue(walk.Reach(index, default));

        // 37 from the start; 112, 187 and 262 from the last key frame that is at least 17 before: 75, 150 and 225. 18 of those 38 frames are decoded on the way there.
        Assert.AreEqual(3, walk.Seeks);
        Assert.AreEqual(38 + 3 * 20, walk.Steps);
    }

    [TestMethod]
    public void Av1_is_refused_with_advice()
    {
        using var folder = new TempFolder();
        var path = Encode(folder.File("clip.mp4"), "-frames:v 5 -c:v libaom-av1 -cpu-used 8");

        var message = Assert.ThrowsExactly<InvalidDataException>(() => VideoReader.Open(path)).Message;
        Assert.Contains("AV1 cannot be decoded here", message);
        Assert.Contains(path, message);
    }

    [TestMethod]
    public void A_size_that_changes_on_the_way_is_warned_of()
    {
        using var folder = new TempFolder();
        var parts = new[] { "192x112", "320x240" }.Select((size, i) =>
        {
            var part = folder.File($"{i}.ts");
            Ffmpeg(["-f", "lavfi", "-i", $"testsrc2=size={size}:rate=25:duration=2", "-pix_fmt", "yuv420p", "-c:v", "libx264", part]);
            return File.ReadAllBytes(part);
        }).ToArray();
        File.WriteAllBytes(folder.File("both.ts"), [.. parts[0], .. parts[1]]);

        using var reader = VideoReader.Open(folder.File("both.ts"));
        Assert.HasCount(100, Frames.Facts(reader.All()));
        Assert.Contains("the picture does not change at all", reader.Warning ?? "");
    }

    [TestMethod]
    public void Sound_alone_is_refused()
    {
        using var folder = new TempFolder();
        var path = folder.File("sound.mp4");
        Ffmpeg(["-f", "lavfi", "-i", "sine=duration=1", path]);

        Assert.Contains("holds sound alone", Assert.ThrowsExactly<InvalidDataException>(() => VideoReader.Open(path)).Message);
    }

    /// <summary>300 frames of a moving pattern that is never the same twice.</summary>
    private static string Encode(string path, string options)
    {
        Ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=192x112:rate=25:duration=12", "-pix_fmt", "yuv420p", .. options.Split(' '), path]);
        return path;
    }

    private static int CountWithFfmpeg(string path)
    {
        var output = Run("ffprobe", ["-v", "error", "-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", path]);
        return int.Parse(output.Split('\n')[0].Trim().TrimEnd(','), CultureInfo.InvariantCulture);
    }

    private static void Ffmpeg(string[] arguments) => Run("ffmpeg", ["-v", "error", "-y", .. arguments]);

    private static string Run(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                Assert.Inconclusive($"this {program} cannot make the clip: {errors.Result.Trim()}");
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Inconclusive($"the program {program} is not installed");
            return "";
        }
    }
}
