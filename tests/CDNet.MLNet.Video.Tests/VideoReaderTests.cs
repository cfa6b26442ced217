namespace CDNet.MLNet.Video.Tests;

[TestClass]
public sealed class VideoReaderTests
{
    [TestMethod]
    [DataRow("clip.mp4")]
    [DataRow("clip.avi")]
    public void All_frames_come_in_order_with_their_times(string name)
    {
        using var folder = new TempFolder();
        using var reader = VideoReader.Open(NumberedClip.Write(folder.File(name), 60));

        Assert.AreEqual((NumberedClip.Width, NumberedClip.Height), (reader.Width, reader.Height));
        Assert.AreEqual(25, reader.FramesPerSecond);
        Assert.AreEqual(60, reader.DeclaredFrameCount);
        var frames = Frames.Read(reader.All(), frame => (frame.Index, frame.Time, Number: NumberedClip.NumberIn(frame.Image), frame.Image.Width, frame.Image.Height));
        Assert.HasCount(60, frames);
        for (var i = 0; i < 60; i++)
            Assert.AreEqual((i, TimeSpan.FromMilliseconds(40 * i), i, NumberedClip.Width, NumberedClip.Height), frames[i]);
        Assert.IsNull(reader.Warning);
    }

    [TestMethod]
    [DataRow("clip.mp4")]
    [DataRow("clip.avi")]
    public void Samples_show_the_number_of_their_index(string name)
    {
        using var folder = new TempFolder();
        var path = NumberedClip.Write(folder.File(name), 400);
        using var reader = VideoReader.Open(path);

        var sample = Frames.Read(reader.Sample(), frame => (frame.Index, Number: NumberedClip.NumberIn(frame.Image)));

        Assert.HasCount(32, sample);
        Assert.IsTrue(sample.All(frame => frame.Index == frame.Number));
        Assert.IsNull(reader.Warning);
        Frames.AssertSamplesAreFramesOfTheWhole(path, [1, 3, 8, 32, 200, 500]);
    }

    [TestMethod]
    public void Colours_are_red_green_blue_and_opaque()
    {
        using var folder = new TempFolder();
        using var reader = VideoReader.Open(NumberedClip.Write(folder.File("clip.avi"), 1));

        var pixel = Frames.Read(reader.All(), frame => frame.Image.Pixels.Slice((90 * NumberedClip.Width + 100) * 4, 4).ToArray()).Single();

        // Drawn as blue 90, green 110, red 130; JPEG changes a little.
        Assert.AreEqual(130, pixel[0], 4);
        Assert.AreEqual(110, pixel[1], 4);
        Assert.AreEqual(90, pixel[2], 4);
        Assert.AreEqual(255, pixel[3]);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(31)]
    public void Of_a_short_video_every_frame_comes_once(int frames)
    {
        using var folder = new TempFolder();
        using var reader = VideoReader.Open(NumberedClip.Write(folder.File("clip.mp4"), frames));

        Assert.AreSequenceEqual(Enumerable.Range(0, frames), Frames.Numbers(reader.Sample()));
    }

    [TestMethod]
    public void A_reader_can_be_asked_again_and_from_inside_an_answer()
    {
        using var folder = new TempFolder();
        using var reader = VideoReader.Open(NumberedClip.Write(folder.File("clip.mp4"), 40));

        foreach (var frame in reader.All())
        {
            using (frame)
            {
                if (frame.Index == 5)
                    Assert.AreSequenceEqual([10, 30], Frames.Numbers(reader.Sample(2)));
                if (frame.Index == 6)
                    break;
            }
        }
        Assert.HasCount(40, Frames.Numbers(reader.All()));
        Assert.AreSequenceEqual([20], Frames.Numbers(reader.Sample(1)));
    }

    [TestMethod]
    public void A_rotated_video_comes_upright()
    {
        using var folder = new TempFolder();
        var path = NumberedClip.Write(folder.File("clip.mp4"), 30);
        using var reader = VideoReader.Open(new Mp4Editor(path).Rotate90().Save(folder.File("rotated.mp4")));
        using var straight = VideoReader.Open(path);

        Assert.AreEqual((NumberedClip.Height, NumberedClip.Width), (reader.Width, reader.Height));
        var original = straight.Sample(1).Single().Image;
        var rotated = reader.Sample(1).Single().Image;
        Assert.AreEqual((NumberedClip.Height, NumberedClip.Width), (rotated.Width, rotated.Height));
        // Clockwise: what was left is on top, what was on top is right.
        for (var y = 0; y < NumberedClip.Height; y++)
        {
            for (var x = 0; x < NumberedClip.Width; x++)
                Assert.AreEqual(NumberedClip.RedAt(original, x, y), NumberedClip.RedAt(rotated, NumberedClip.Height - 1 - y, x));
        }
    }

    [TestMethod]
    public void Variable_frame_rate_gives_each_frame_its_own_time()
    {
        using var folder = new TempFolder();
        var editor = new Mp4Editor(NumberedClip.Write(folder.File("clip.mp4"), 300));
        var unit = editor.UnitsPerFrame;
        // A second at 25 frames, then 100 frames shown twice as long, then 175 shown less than half as long: 12 seconds in all, as the edit list says.
        var path = editor.SetDurations((25, unit), (100, 2 * unit), (175, unit * 3 / 7)).Save(folder.File("variable.mp4"));

        using (var reader = VideoReader.Open(path))
        {
            var frames = Frames.Read(reader.All(), frame => (Number: NumberedClip.NumberIn(frame.Image), frame.Time));
            Assert.AreSequenceEqual(Enumerable.Range(0, 300), frames.Select(frame => frame.Number));
            Assert.AreEqual(TimeSpan.FromSeconds(1), frames[25].Time);
            Assert.AreEqual(5.0, frames[75].Time.TotalSeconds, 1e-4);
            Assert.AreEqual(9.0, frames[125].Time.TotalSeconds, 1e-4);
            Assert.AreEqual(9 + 100 * 0.04 * (unit * 3 / 7) / unit, frames[225].Time.TotalSeconds, 1e-4);
            Assert.IsNull(reader.Warning);
        }
        Frames.AssertSamplesAreFramesOfTheWhole(path, [3, 7, 32]);
    }

    [TestMethod]
    public void Reading_can_be_stopped()
    {
        using var folder = new TempFolder();
        using var reader = VideoReader.Open(NumberedClip.Write(folder.File("clip.mp4"), 50));
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() => Frames.Numbers(reader.All(stop.Token)));
        Assert.ThrowsExactly<OperationCanceledException>(() => Frames.Numbers(reader.Sample(3, stop.Token)));
        Assert.HasCount(3, Frames.Numbers(reader.Sample(3)));
    }

    [TestMethod]
    public void Readers_work_side_by_side()
    {
        using var folder = new TempFolder();
        var paths = Enumerable.Range(0, 6).Select(i => NumberedClip.Write(folder.File($"{i}.{(i % 2 == 0 ? "mp4" : "avi")}"), 100 + i)).ToArray();
        var read = new List<int>[paths.Length];

        Parallel.For(0, paths.Length, i =>
        {
            using var reader = VideoReader.Open(paths[i], new VideoReaderOptions { DecoderThreads = 1 });
            read[i] = Frames.Numbers(reader.Sample(10));
        });

        for (var i = 0; i < paths.Length; i++)
            Assert.AreSequenceEqual(EvenSample.Indices(100 + i, 10), read[i]);
    }

    [TestMethod]
    public void Wrong_use_is_refused()
    {
        using var folder = new TempFolder();
        var path = NumberedClip.Write(folder.File("clip.avi"), 2);
        var reader = VideoReader.Open(path);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => reader.Sample(0));
        Assert.Contains("DecoderThreads is 17; expected 0 to 16",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => VideoReader.Open(path, new VideoReaderOptions { DecoderThreads = 17 })).Message);
        reader.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => reader.All().Any());
    }
}
