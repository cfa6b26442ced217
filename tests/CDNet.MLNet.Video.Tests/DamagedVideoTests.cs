using System.Buffers.Binary;

namespace CDNet.MLNet.Video.Tests;

/// <summary>Files that are cut short, damaged, mislabelled or no videos at all.</summary>
[TestClass]
public sealed class DamagedVideoTests
{
    [TestMethod]
    public void What_is_no_video_is_refused_by_name_and_reason()
    {
        using var folder = new TempFolder();
        Assert.Contains("no such file", Assert.ThrowsExactly<FileNotFoundException>(() => VideoReader.Open(folder.File("missing.mp4"))).Message);
        AssertRefused(folder.Path, "a folder, not a video");
        AssertRefused(Write("empty.mp4", []), "the file is empty");
        AssertRefused(Write("text.mp4", "This is no video, whatever its name says.\n"u8.ToArray()), "no video in a known format");
        AssertRefused(Write("noise.mp4", Enumerable.Range(0, 5000).Select(i => (byte)(i * 7919 >> 3)).ToArray()), "no video in a known format");

        string Write(string name, byte[] bytes)
        {
            File.WriteAllBytes(folder.File(name), bytes);
            return folder.File(name);
        }
    }

    [TestMethod]
    public void An_mp4_file_cut_before_its_index_is_refused()
    {
        using var folder = new TempFolder();
        var bytes = File.ReadAllBytes(NumberedClip.Write(folder.File("clip.mp4"), 100));
        File.WriteAllBytes(folder.File("cut.mp4"), bytes[..(bytes.Length / 2)]);

        AssertRefused(folder.File("cut.mp4"), "cut short before its index");
    }

    [TestMethod]
    [DataRow("clip.mp4")]
    [DataRow("clip.avi")]
    public void Of_a_file_cut_short_the_frames_there_are_come_with_a_warning(string name)
    {
        using var folder = new TempFolder();
        var path = NumberedClip.Write(folder.File(name), 200);
        if (name.EndsWith(".mp4", StringComparison.Ordinal))
            new Mp4Editor(path).IndexFirst().Save(path);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length * 6 / 10)]);

        using var reader = VideoReader.Open(path);
        var numbers = Frames.Numbers(reader.All());

        Assert.IsTrue(numbers.Count is > 80 and < 160, $"{numbers.Count}");
        // The last may be half a picture.
        Assert.AreSequenceEqual(Enumerable.Range(0, numbers.Count - 1), numbers.SkipLast(1));
        Assert.Contains($"the header declares 200 frames and {numbers.Count} were found", reader.Warning ?? "");
        Assert.Contains(path, reader.Warning ?? "");

        using var sampling = VideoReader.Open(path);
        Assert.AreSequenceEqual(EvenSample.Indices(numbers.Count, 8), Frames.Numbers(sampling.Sample(8)));
        Assert.AreEqual(reader.Warning, sampling.Warning);
    }

    [TestMethod]
    public void Damaged_places_cost_their_frames_and_not_the_rest()
    {
        using var folder = new TempFolder();
        var path = NumberedClip.Write(folder.File("clip.avi"), 200);
        var bytes = File.ReadAllBytes(path);
        // Ten frames in a row, and those at even distances that a sample of four would look for.
        var starts = ChunkStarts(bytes);
        Assert.HasCount(200, starts);
        int[] damaged = [.. Enumerable.Range(50, 10), 25, 75, 125, 175];
        foreach (var frame in damaged)
            bytes.AsSpan(starts[frame] + 8, 600).Clear();
        File.WriteAllBytes(path, bytes);

        using var reader = VideoReader.Open(path);
        var frames = Frames.Facts(reader.All());

        Assert.HasCount(200 - damaged.Length, frames);
        Assert.AreSequenceEqual(Enumerable.Range(0, 200).Except(damaged).Select(i => TimeSpan.FromMilliseconds(40 * i)), frames.Select(frame => frame.Time));
        Assert.Contains("damaged places: 14", reader.Warning ?? "");

        foreach (var count in new[] { 1, 2, 4, 32 })
        {
            using var sampling = VideoReader.Open(path);
            var sample = Frames.Facts(sampling.Sample(count));
            Assert.HasCount(count, sample);
            foreach (var frame in sample)
                Assert.AreEqual(frames.Single(of => of.Time == frame.Time).Pixels, frame.Pixels, $"{frame}");
            // Even to within the frames that are missing.
            Assert.IsTrue(sample.Zip(EvenSample.Indices(200, count)).All(pair => Math.Abs(pair.First.Index - pair.Second) <= damaged.Length));
        }
    }

    [TestMethod]
    [DataRow(10)]
    [DataRow(5000)]
    public void The_frame_count_of_an_mp4_header_is_not_believed(int declared)
    {
        using var folder = new TempFolder();
        var editor = new Mp4Editor(NumberedClip.Write(folder.File("clip.mp4"), 300));
        var path = editor.SetDurations((declared, editor.UnitsPerFrame)).Save(folder.File("lying.mp4"));

        using (var reader = VideoReader.Open(path))
        {
            Assert.AreEqual(declared, reader.DeclaredFrameCount);
            Assert.AreSequenceEqual(Enumerable.Range(0, 300), Frames.Numbers(reader.All()));
        }
        Frames.AssertSamplesAreFramesOfTheWhole(path, [2, 5, 32], declared > 300 ? "declares 5000 frames and 300 were found" : null);
    }

    [TestMethod]
    [DataRow(10)]
    [DataRow(5000)]
    public void The_frame_count_of_an_avi_header_is_not_believed(int declared)
    {
        using var folder = new TempFolder();
        var path = NumberedClip.Write(folder.File("clip.avi"), 300);
        var bytes = File.ReadAllBytes(path);
        // avih: head of 8 bytes, the count 16 bytes on; strh: 32 bytes on.
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.AsSpan().IndexOf("avih"u8) + 24), declared);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.AsSpan().IndexOf("strh"u8) + 40), declared);
        File.WriteAllBytes(path, bytes);

        using (var reader = VideoReader.Open(path))
        {
            Assert.AreEqual(declared, reader.DeclaredFrameCount);
            Assert.AreSequenceEqual(Enumerable.Range(0, 300), Frames.Numbers(reader.All()));
        }
        Frames.AssertSamplesAreFramesOfTheWhole(path, [2, 5, 32], declared > 300 ? "declares 5000 frames and 300 were found" : null);
    }

    [TestMethod]
    public void A_file_that_goes_away_says_so()
    {
        using var folder = new TempFolder();
        var path = NumberedClip.Write(folder.File("clip.avi"), 5);
        using var reader = VideoReader.Open(path);
        Assert.HasCount(5, Frames.Numbers(reader.All()));
        File.Delete(path);

        Assert.ThrowsExactly<FileNotFoundException>(() => Frames.Numbers(reader.All()));
    }

    private static void AssertRefused(string path, string reason)
    {
        var message = Assert.ThrowsExactly<InvalidDataException>(() => VideoReader.Open(path)).Message;
        Assert.Contains(reason, message);
        Assert.Contains(path, message);
    }

    /// <summary>Where the frames of an AVI file begin: "00dc", 4 bytes of size, the JPEG.</summary>
    private static List<int> ChunkStarts(byte[] bytes)
    {
        var starts = new List<int>();
        var at = bytes.AsSpan().IndexOf("movi"u8) + 4;
        while (bytes.AsSpan(at, 4).SequenceEqual("00dc"u8))
        {
            starts.Add(at);
            at += 8 + (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4)) + 1 & ~1);
        }
        return starts;
    }
}
