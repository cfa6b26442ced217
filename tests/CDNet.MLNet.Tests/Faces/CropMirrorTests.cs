using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Tests.Faces;

[TestClass]
public sealed class CropMirrorTests
{
    [TestMethod]
    public void Rows_are_turned_round_in_every_plane()
    {
        byte[] planes = [1, 2, 3, 4, 5, 6, 7, 8];

        CropMirror.Apply(planes, 2);

        CollectionAssert.AreEqual(new byte[] { 2, 1, 4, 3, 6, 5, 8, 7 }, planes);
    }

    [TestMethod]
    public void Right_eye_becomes_the_left_one_and_twice_mirrored_is_the_face_itself()
    {
        var face = FaceCrops.Probe();

        var mirrored = CropMirror.Of(face);

        byte[] eye = [.. face.LeftEye];
        CropMirror.Apply(eye, FacePartCropOptions.PartSide);
        CollectionAssert.AreEqual(eye, mirrored.RightEye);
        CollectionAssert.AreNotEqual(face.Nose, mirrored.Nose);
        var again = CropMirror.Of(mirrored);
        foreach (var (expected, found) in new[] { (face.Face, again.Face), (face.RightEye, again.RightEye), (face.LeftEye, again.LeftEye), (face.Nose, again.Nose), (face.Mouth, again.Mouth) })
            CollectionAssert.AreEqual(expected, found);
    }
}
