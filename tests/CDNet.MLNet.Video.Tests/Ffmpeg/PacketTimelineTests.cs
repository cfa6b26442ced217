using CDNet.MLNet.Video.Ffmpeg;

namespace CDNet.MLNet.Video.Tests.Ffmpeg;

[TestClass]
public sealed class PacketTimelineTests
{
    [TestMethod]
    public void Frames_are_ordered_by_time_stamp_from_the_first_key_frame_on()
    {
        var timeline = new PacketTimeline([(5, false), (10, true), (13, false), (11, false), (12, false)]);

        Assert.IsTrue(timeline.IsUsable);
        Assert.AreEqual(4, timeline.Count);
        Assert.AreSequenceEqual([10L, 11, 12, 13], Enumerable.Range(0, 4).Select(timeline.StampOf));
    }

    [TestMethod]
    public void Without_time_stamps_of_their_own_frames_cannot_be_told_apart()
    {
        Assert.IsFalse(new PacketTimeline([]).IsUsable);
        Assert.IsFalse(new PacketTimeline([(0, true), (0, false)]).IsUsable);
        Assert.IsFalse(new PacketTimeline([(0, true), (null, false)]).IsUsable);
        Assert.IsFalse(new PacketTimeline([(0, false)]).IsUsable);
    }

    [TestMethod]
    public void A_run_begins_where_a_key_frame_lies_further_ahead_than_it_costs()
    {
        // Key frames at 0, 100, 200, 300.
        var timeline = new PacketTimeline([.. Enumerable.Range(0, 400).Select(i => ((long?)i, i % 100 == 0))]);

        Assert.AreEqual("0,90,110 from start; 250,310,390 from 200", Text([0, 90, 110, 250, 310, 390], reach: 60));
        Assert.AreEqual("350 from 300", Text([350], reach: 60));
        Assert.AreEqual("350 from start", Text([350], reach: 300));

        string Text(int[] frames, int reach) => string.Join("; ", timeline.Runs(frames, reach).Select(run => $"{string.Join(',', run.Frames)} from {run.Key?.ToString() ?? "start"}"));
    }
}
