using System.IO.Hashing;

namespace CDNet.MLNet.Video.Tests;

/// <summary>What tests compare of a frame.</summary>
internal sealed record FrameFacts(int Index, TimeSpan Time, ulong Pixels);

internal static class Frames
{
    /// <summary>Reads frames to the end and disposes of them.</summary>
    public static List<T> Read<T>(IEnumerable<VideoFrame> frames, Func<VideoFrame, T> of)
    {
        var read = new List<T>();
        foreach (var frame in frames)
        {
            using (frame)
                read.Add(of(frame));
        }
        return read;
    }

    public static List<FrameFacts> Facts(IEnumerable<VideoFrame> frames)
        => Read(frames, frame => new FrameFacts(frame.Index, frame.Time, XxHash3.HashToUInt64(frame.Image.Pixels)));

    public static List<int> Numbers(IEnumerable<VideoFrame> frames) => Read(frames, frame => NumberedClip.NumberIn(frame.Image));

    /// <summary>Samples in several sizes are frames of the whole, pixel for pixel, at even distances.</summary>
    /// <returns>The whole.</returns>
    public static List<FrameFacts> AssertSamplesAreFramesOfTheWhole(string path, int[] counts, string? warning = null, VideoDecoder decoder = VideoDecoder.OpenCv)
    {
        List<FrameFacts> all;
        using (var reader = VideoReader.Open(path, new VideoReaderOptions { Decoder = decoder }))
        {
            all = Facts(reader.All());
            AssertWarning(reader);
        }
        Assert.AreSequenceEqual(Enumerable.Range(0, all.Count), all.Select(frame => frame.Index));
        foreach (var count in counts)
        {
            using var reader = VideoReader.Open(path, new VideoReaderOptions { Decoder = decoder, DecoderThreads = 1 });
            var sample = Facts(reader.Sample(count));
            Assert.HasCount(Math.Min(count, all.Count), sample);
            foreach (var frame in sample)
                Assert.AreEqual(all[frame.Index], frame, $"{Path.GetFileName(path)}, {count} frames");
            Assert.AreSequenceEqual(EvenSample.Indices(all.Count, count), sample.Select(frame => frame.Index));
            AssertWarning(reader);
        }
        return all;

        void AssertWarning(VideoReader reader)
        {
            if (warning is null)
                Assert.IsNull(reader.Warning);
            else
                Assert.Contains(warning, reader.Warning ?? "");
        }
    }
}
