using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Tests.Faces;

[TestClass]
public sealed class WeightedNmsTests
{
    [TestMethod]
    public void Overlap_by_hand()
    {
        // 5 x 10 of two squares of 100: 50 / 150.
        Assert.AreEqual(1 / 3f, new FaceBox(0, 0, 10, 10).IntersectionOverUnion(new FaceBox(5, 0, 10, 10)), 1e-6f);
        Assert.AreEqual(0f, new FaceBox(0, 0, 10, 10).IntersectionOverUnion(new FaceBox(10, 0, 10, 10)));
        Assert.AreEqual(1f, new FaceBox(2, 3, 4, 5).IntersectionOverUnion(new FaceBox(2, 3, 4, 5)));
    }

    [TestMethod]
    public void Overlapping_detections_are_averaged_by_their_confidence()
    {
        var merged = WeightedNms.Merge([Face(4, 0.3f), Face(0, 0.9f)], 0.3f).Single();

        // Left: (0 x 0.9 + 4 x 0.3) / 1.2 = 1; the confidence is the mean.
        Assert.AreEqual(1f, merged.Box.Left, 1e-5f);
        Assert.AreEqual(20f, merged.Box.Width, 1e-5f);
        Assert.AreEqual(1f, merged.Keypoints.Nose.X, 1e-5f);
        Assert.AreEqual(0.6f, merged.Confidence, 1e-6f);
    }

    [TestMethod]
    public void Faces_apart_stay_apart_and_come_by_falling_confidence()
    {
        var merged = WeightedNms.Merge([Face(0, 0.8f), Face(100, 0.95f), Face(200, 0.9f)], 0.3f);

        CollectionAssert.AreEqual(new[] { 0.95f, 0.9f, 0.8f }, merged.Select(face => face.Confidence).ToArray());
    }

    [TestMethod]
    public void Box_without_area_is_its_own_face_and_ends_the_search()
    {
        var flat = Face(0, 0.9f) with { Box = new FaceBox(5, 5, 0, 0) };

        Assert.HasCount(2, WeightedNms.Merge([flat, Face(0, 0.8f)], 0.3f));
    }

    [TestMethod]
    public void Nothing_gives_nothing() => Assert.IsEmpty(WeightedNms.Merge([], 0.3f));

    private static DetectedFace Face(float left, float confidence)
    {
        var point = new FacePoint(left, 10);
        return new DetectedFace(new FaceBox(left, 0, 20, 20), new FaceKeypoints(point, point, point, point, point, point), confidence);
    }
}
