using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Tests.Faces;

[TestClass]
public sealed class CropGeometryTests
{
    private static readonly FacePartCropOptions Defaults = new();

    [TestMethod]
    public void Grown_box_by_hand()
        // 50 high: 10 to each side and below, 20 above.
        => Assert.AreEqual(new FaceBox(90, 80, 70, 80), CropGeometry.Grow(new FaceBox(100, 100, 50, 50), Defaults, 1000, 1000));

    [TestMethod]
    public void Grown_box_stays_inside_the_picture()
        => Assert.AreEqual(new FaceBox(0, 0, 60, 55), CropGeometry.Grow(new FaceBox(5, 5, 50, 50), Defaults, 60, 55));

    [TestMethod]
    public void Face_square_has_the_longer_side_about_the_same_centre()
        => Assert.AreEqual(new FaceBox(85, 80, 80, 80), CropGeometry.FaceSquare(new FaceBox(90, 80, 70, 80)));

    [TestMethod]
    public void Part_square_is_a_third_of_the_shorter_side_about_the_key_point()
    {
        var square = CropGeometry.PartSquare(new FacePoint(110, 120), new FaceBox(90, 80, 72, 80), Defaults);

        Assert.AreEqual(24f, square.Width, 1e-4f);
        Assert.AreEqual(98f, square.Left, 1e-4f);
        Assert.AreEqual(108f, square.Top, 1e-4f);
    }

    [TestMethod]
    public void Options_survive_a_saved_model()
    {
        var options = new FacePartCropOptions { MinConfidence = 0.6f, TileSide = 500, MaxTiles = 7, GrowSides = 0.1f, GrowAbove = 0.3f, GrowBelow = 0.05f, PartHalfSide = 0.2f, MergeOverlap = 0.4f, SecondLook = 3 };

        Assert.AreEqual(options, FacePartCropOptions.FromNumbers(options.ToNumbers()));
    }

    [TestMethod]
    public void Model_from_before_there_was_a_second_look_goes_without()
        => Assert.AreEqual(Defaults, FacePartCropOptions.FromNumbers((Defaults with { SecondLook = 2 }).ToNumbers().AsSpan(0, 8)));

    [TestMethod]
    [DataRow(0.9f)]
    [DataRow(8.1f)]
    [DataRow(-1)]
    [DataRow(float.NaN)]
    public void Second_look_in_a_window_that_cannot_hold_the_face_is_refused(float side)
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>((Defaults with { SecondLook = side }).Validate).Message, "SecondLook");
}
