using CDNet.MLNet.Faces;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Faces;

[TestClass]
public sealed class FaceLooksTests
{
    private static readonly FacePartCropOptions Options = new();
    private static readonly DetectedFace Face = new(new FaceBox(80, 80, 100, 100), Points(0, 0), 1);

    [TestMethod]
    public void One_look_is_the_face_as_it_was_found()
    {
        using var picture = Picture();
        var view = PixelView.Of(picture);

        var crops = FaceLooks.Cut(view, Face, Options, looks: 1);

        CollectionAssert.AreEqual(FaceCrops.Cut(view, Face, Options).Face, crops.Face);
        Assert.IsEmpty(crops.Further);
    }

    [TestMethod]
    public void Each_look_differs_and_they_come_in_the_same_order()
    {
        using var picture = Picture();
        var view = PixelView.Of(picture);

        var four = FaceLooks.Cut(view, Face, Options, FaceLooks.Most);
        var two = FaceLooks.Cut(view, Face, Options, looks: 2);

        Assert.HasCount(3, four.Further);
        FaceCrops[] all = [four, .. four.Further];
        for (var i = 0; i < all.Length; i++)
        {
            for (var j = 0; j < i; j++)
                CollectionAssert.AreNotEqual(all[i].Face, all[j].Face, $"{i} and {j}");
        }
        CollectionAssert.AreEqual(four.Further[0].Nose, two.Further.Single().Nose);
    }

    [TestMethod]
    public void Fourth_look_is_the_face_moved_by_a_fiftieth()
    {
        using var picture = Picture();
        var view = PixelView.Of(picture);
        // 1 % to the right and 2 % up, of a box of 100 pixels.
        var moved = new DetectedFace(new FaceBox(Face.Box.Left + 1, Face.Box.Top - 2, 100, 100), Points(1, -2), 1);

        var look = FaceLooks.Cut(view, Face, Options, looks: 4).Further[2];

        CollectionAssert.AreEqual(FaceCrops.Cut(view, moved, Options).Face, look.Face);
        CollectionAssert.AreEqual(FaceCrops.Cut(view, moved, Options).LeftEye, look.LeftEye);
    }

    [TestMethod]
    public void Second_look_is_mirrored_about_a_smaller_box()
    {
        using var picture = Picture();
        var view = PixelView.Of(picture);
        var smaller = new DetectedFace(new FaceBox(80 - 2 + 2.5f, 80 - 1 + 2.5f, 95, 95), Points(-2, -1), 1);

        var look = FaceLooks.Cut(view, Face, Options, looks: 2).Further[0];

        var mirrored = CropMirror.Of(FaceCrops.Cut(view, smaller, Options));
        CollectionAssert.AreEqual(mirrored.RightEye, look.RightEye);
        var difference = mirrored.Face.Zip(look.Face, (one, other) => Math.Abs(one - other)).Max();
        Assert.IsLessThanOrEqualTo(1, difference, "the middle may be rounded otherwise");
    }

    private static MLImage Picture()
    {
        using var drawn = TestPictures.Draw(256, 256, 1, (112, 112, 64));
        return TestPictures.ToImage(drawn);
    }

    private static FaceKeypoints Points(float right, float down)
        => FaceKeypoints.FromSpan([110 + right, 110 + down, 150 + right, 110 + down, 130 + right, 130 + down, 130 + right, 150 + down, 90 + right, 120 + down, 170 + right, 120 + down]);
}
