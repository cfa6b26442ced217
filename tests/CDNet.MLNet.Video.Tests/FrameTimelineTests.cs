namespace CDNet.MLNet.Video.Tests;

[TestClass]
public sealed class FrameTimelineTests
{
    /// <summary>Two groups of pictures in the order of the file, with frames that are shown before the one they follow.</summary>
    private static readonly (double, bool)[] TwoGroups = [(0, true), (120, false), (40, false), (80, false), (160, true), (240, false), (200, false)];

    [TestMethod]
    public void Frames_are_ordered_by_when_they_are_shown()
    {
        var timeline = new FrameTimeline(TwoGroups);

        Assert.IsTrue(timeline.IsUsable);
        Assert.AreEqual(7, timeline.Count);
        Assert.AreEqual(2, timeline.IndexOf(80));
        Assert.AreEqual(240, timeline.MillisecondsOf(6));
        Assert.IsLessThan(0, timeline.IndexOf(81));
        Assert.AreEqual(TimeSpan.FromMilliseconds(240), timeline.End);
    }

    [TestMethod]
    [DataRow(-1, -1)]
    [DataRow(0, 0)]
    [DataRow(3, 0)]
    [DataRow(4, 4)]
    [DataRow(100, 4)]
    public void The_key_frame_to_start_from_is_the_last_before(int index, int key)
        => Assert.AreEqual(key, new FrameTimeline(TwoGroups).KeyAtOrBefore(index));

    [TestMethod]
    public void What_comes_before_the_first_key_frame_cannot_be_decoded()
        => Assert.AreEqual(2, new FrameTimeline([(0, false), (40, false), (80, true), (120, false)]).Count);

    [TestMethod]
    public void Without_times_of_their_own_frames_cannot_be_told_apart()
    {
        Assert.IsFalse(new FrameTimeline([(0, true), (0, false), (0, false)]).IsUsable);
        Assert.IsFalse(new FrameTimeline([]).IsUsable);
        Assert.IsFalse(new FrameTimeline([(0, false)]).IsUsable);
    }
}
