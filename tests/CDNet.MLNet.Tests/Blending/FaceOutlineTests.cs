using CDNet.MLNet.Blending;
using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Tests.Blending;

/// <summary>The edge of what is blended.</summary>
[TestClass]
public sealed class FaceOutlineTests
{
    // Eyes 40 pixels apart at height 60, the mouth 40 below, ears 20 beyond the eyes.
    private static readonly FaceKeypoints Frontal = new(new(80, 60), new(120, 60), new(100, 80), new(100, 100), new(60, 65), new(140, 65));

    private static readonly float[] Even = [0, 0, 0, 0];

    [TestMethod]
    public void Whole_face_reaches_from_the_forehead_to_the_chin_and_to_the_ears()
    {
        using var outline = new FaceOutline(OutlineKind.Whole, Even).On(Frontal);

        // The middle lies 0.35 of 40 below the eyes, at 74; forehead 40 above it, chin 1.35 times 40 below it, ears 40 beside it, of which 0.95.
        Assert.AreEqual(34, outline.Bounds.Top, 0.01);
        Assert.AreEqual(128, outline.Bounds.Bottom, 0.01);
        Assert.AreEqual(62, outline.Bounds.Left, 0.01);
        Assert.AreEqual(138, outline.Bounds.Right, 0.01);
    }

    [TestMethod]
    public void Inner_part_holds_eyes_nose_and_mouth_and_lower_part_ends_at_the_eyes()
    {
        using var whole = new FaceOutline(OutlineKind.Whole, Even).On(Frontal);
        using var inner = new FaceOutline(OutlineKind.Inner, Even).On(Frontal);
        using var lower = new FaceOutline(OutlineKind.Lower, Even).On(Frontal);

        foreach (var point in new[] { Frontal.RightEye, Frontal.LeftEye, Frontal.Nose, Frontal.Mouth })
            Assert.IsTrue(inner.Contains(point.X, point.Y), $"{point}");
        Assert.IsTrue(whole.Bounds.Contains(inner.Bounds));
        Assert.AreEqual(60, lower.Bounds.Top, 0.01);
        Assert.AreEqual(whole.Bounds.Bottom, lower.Bounds.Bottom, 0.01);
    }

    [TestMethod]
    public void It_turns_and_grows_with_the_face()
    {
        // A quarter turn to the right and twice the size: (x, y) becomes (-2y, 2x).
        static FacePoint Turned(FacePoint point) => new(-2 * point.Y, 2 * point.X);
        var turned = new FaceKeypoints(Turned(Frontal.RightEye), Turned(Frontal.LeftEye), Turned(Frontal.Nose), Turned(Frontal.Mouth), Turned(Frontal.RightEar), Turned(Frontal.LeftEar));
        var shape = new FaceOutline(OutlineKind.Whole, [0.05f, -0.02f, 0.03f, 0.01f]);
        using var outline = shape.On(Frontal);
        using var moved = shape.On(turned);

        foreach (var (one, other) in outline.Points.Zip(moved.Points))
        {
            Assert.AreEqual(-2 * one.Y, other.X, 0.01);
            Assert.AreEqual(2 * one.X, other.Y, 0.01);
        }
    }

    [TestMethod]
    public void Point_of_a_hidden_ear_does_not_pull_the_edge_into_the_face_nor_far_out_of_it()
    {
        var hidden = Frontal with { RightEar = new(99, 65), LeftEar = new(400, 65) };
        using var outline = new FaceOutline(OutlineKind.Whole, Even).On(hidden);

        // 0.6 and 1.4 distances of the eyes, of which 0.95.
        Assert.AreEqual(100 - 0.95 * 0.6 * 40, outline.Bounds.Left, 0.01);
        Assert.AreEqual(100 + 0.95 * 1.4 * 40, outline.Bounds.Right, 0.01);
    }

    [TestMethod]
    public void Every_kind_is_drawn_with_small_waves()
    {
        var random = new Random(3);
        FaceOutline[] drawn = [.. Enumerable.Range(0, 200).Select(_ => FaceOutline.Draw(random))];

        foreach (var kind in Enum.GetValues<OutlineKind>())
            Assert.IsGreaterThan(10, drawn.Count(outline => outline.Kind == kind), $"{kind}");
        Assert.IsLessThanOrEqualTo(0.06f, drawn.Max(outline => outline.Waves.Max(Math.Abs)));
    }
}
