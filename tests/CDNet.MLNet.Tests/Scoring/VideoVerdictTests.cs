using CDNet.MLNet.Faces;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>Faces followed through frames, and the verdict of a video.</summary>
[TestClass]
public sealed class VideoVerdictTests
{
    [TestMethod]
    public void Two_faces_that_move_are_two_tracks()
    {
        // One walks from the left, one stands on the right; in each frame the more confident one comes first.
        var verdicts = Enumerable.Range(0, 5).SelectMany(frame => new[] { Face(frame, 0, left: 10 * frame, score: 1), Face(frame, 1, left: 300, score: 2) });

        var tracks = FaceTrack.Of(verdicts);

        Assert.HasCount(2, tracks);
        Assert.IsTrue(tracks.All(track => track.Faces.Select(face => face.Frame).SequenceEqual([0, 1, 2, 3, 4])));
        CollectionAssert.AreEqual(new[] { 1f, 2f }, tracks.Select(track => track.Score).ToArray());
    }

    [TestMethod]
    public void Face_follows_the_box_that_it_shares_most_with()
    {
        // Two faces that overlap: in the second frame each is nearer to its own place.
        var tracks = FaceTrack.Of([Face(0, 0, left: 0, score: 1), Face(0, 1, left: 50, score: 5), Face(1, 0, left: 46, score: 5), Face(1, 1, left: 4, score: 1)]);

        CollectionAssert.AreEqual(new[] { 1f, 5f }, tracks.Select(track => track.Score).ToArray());
    }

    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(3, 2)]
    public void Face_may_be_missed_in_two_frames_but_not_in_three(int missed, int tracks)
    {
        var between = Enumerable.Range(1, missed).Select(frame => FaceVerdict.NoFace("a.mp4", frame));

        Assert.HasCount(tracks, FaceTrack.Of([Face(0, 0, 0, 1), .. between, Face(missed + 1, 0, 0, 1)]));
    }

    [TestMethod]
    public void Cut_to_another_place_begins_another_track()
        => Assert.HasCount(2, FaceTrack.Of([Face(0, 0, left: 0, score: 1), Face(1, 0, left: 90, score: 1)]));

    [TestMethod]
    public void Most_suspicious_face_decides_by_its_mean()
    {
        var verdicts = Enumerable.Range(0, 4).SelectMany(frame => new[] { Face(frame, 0, left: 0, score: -3), Face(frame, 1, left: 300, score: frame) });

        var video = VideoVerdict.Of(Judge, verdicts);

        Assert.AreEqual(1.5f, video.Score, "the mean of 0, 1, 2, 3");
        Assert.AreEqual((0.75f, Verdict.Fake), (video.Probability, video.Verdict));
        Assert.AreEqual((4, 4, 2, 1), (video.Frames, video.FramesWithFace, video.Tracks.Count, video.Suspect!.Number));
    }

    [TestMethod]
    [DataRow(VideoAggregation.MostSuspiciousTrack, 1.5f)]
    [DataRow(VideoAggregation.MeanOfFaces, -0.75f)]
    [DataRow(VideoAggregation.HighestFace, 3f)]
    public void Aggregation_that_is_asked_for_makes_the_score_and_is_named(VideoAggregation aggregation, float score)
    {
        var verdicts = Enumerable.Range(0, 4).SelectMany(frame => new[] { Face(frame, 0, left: 0, score: -3), Face(frame, 1, left: 300, score: frame) });

        var video = VideoVerdict.Of(Judge, verdicts, aggregation);

        Assert.AreEqual((score, score > 0 ? Verdict.Fake : Verdict.Real), (video.Score, video.Verdict));
        Assert.AreEqual(VideoVerdict.InWords(aggregation), video.AggregationInWords);
        Assert.AreEqual(1.5f, video.Suspect!.Score);
    }

    [TestMethod]
    public void Most_suspicious_face_says_how_familiar_the_video_is()
    {
        var verdicts = Enumerable.Range(0, 4).SelectMany(frame => new[] { Face(frame, 0, left: 0, score: -3) with { Familiarity = 1 }, Face(frame, 1, left: 300, score: frame) with { Familiarity = 0.004f * frame } }).ToArray();

        var video = VideoVerdict.Of(Judge, verdicts);

        Assert.AreEqual(0.006f, video.Familiarity, 1e-6f, "the mean of 0, 0.004, 0.008, 0.012");
        Assert.IsTrue(video.IsUnfamiliar);
        foreach (var unknown in new[] { VideoVerdict.Of(Judge, [Face(0, 0, 0, 1)]), VideoVerdict.Of(Judge, [FaceVerdict.NoFace("a.mp4")]) })
            Assert.IsTrue(float.IsNaN(unknown.Familiarity) && !unknown.IsUnfamiliar);
    }

    [TestMethod]
    public void Aggregation_that_is_none_is_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => VideoVerdict.Of(Judge, [Face(0, 0, 0, 1)], (VideoAggregation)7));

    [TestMethod]
    public void Face_in_one_frame_of_twenty_does_not_decide()
    {
        var verdicts = Enumerable.Range(0, 20).SelectMany(frame => frame == 7 ? new[] { Face(frame, 0, 0, -1), Face(frame, 1, 300, 9) } : [Face(frame, 0, 0, -1)]);

        Assert.AreEqual(-1, VideoVerdict.Of(Judge, verdicts).Score);
        // Where it is the only one, it does.
        var alone = Enumerable.Range(0, 20).Select(frame => frame == 7 ? Face(frame, 0, 300, 9) : FaceVerdict.NoFace("a.mp4", frame));
        Assert.AreEqual((9f, 20, 1), (VideoVerdict.Of(Judge, alone).Score, VideoVerdict.Of(Judge, alone).Frames, VideoVerdict.Of(Judge, alone).FramesWithFace));
    }

    [TestMethod]
    public void Video_without_a_face_is_never_called_real()
    {
        var video = VideoVerdict.Of(Judge, [FaceVerdict.NoFace("a.mp4", 0), FaceVerdict.NoFace("a.mp4", 9)]);

        Assert.AreEqual(Verdict.NoFace, video.Verdict);
        Assert.IsTrue(float.IsNaN(video.Score) && float.IsNaN(video.Probability) && video.Suspect is null);
    }

    [TestMethod]
    public void Failure_is_no_frame()
    {
        var failed = VideoVerdict.Of(Judge, [FaceVerdict.Failed("a.mp4", "no video")]);
        Assert.AreEqual((0, "no video"), (failed.Frames, failed.Error));
        Assert.IsNull(failed.Verdict);
        var cut = VideoVerdict.Of(Judge, [Face(0, 0, 0, 1), FaceVerdict.Failed("a.mp4", "breaks off")]);
        Assert.AreEqual((1, "breaks off"), (cut.Frames, cut.Error));
        Assert.AreEqual(Verdict.Fake, cut.Verdict);
    }

    [TestMethod]
    public void Verdicts_of_two_files_are_refused()
        => StringAssert.Contains(Assert.Throws<ArgumentException>(() => VideoVerdict.Of(Judge, [FaceVerdict.NoFace("a.mp4"), FaceVerdict.NoFace("b.mp4")])).Message, "b.mp4");

    [TestMethod]
    public void No_verdicts_at_all_are_refused() => Assert.Throws<ArgumentException>(() => VideoVerdict.Of(Judge, []));

    private static (float Probability, bool IsFake) Judge(float score) => (score / 2, score > 0);

    private static FaceVerdict Face(int frame, int face, float left, float score)
        => new("a.mp4", frame, face, new DetectedFace(new FaceBox(left, 0, 100, 100), default, 0.9f), score, 0.5f, score > 0 ? Verdict.Fake : Verdict.Real, null);
}
