using System.Globalization;
using CDNet.MLNet.Data;
using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Tests.Evaluation;

[TestClass]
public sealed class DetectorComparisonTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Detector_beside_itself_finds_everything_without_an_error()
    {
        string[] people = [Draw("a.png", 1, (112, 112, 32)), Draw("b.png", 2, (48, 48, 32), (208, 176, 32))];
        string[] places = [Draw("c.png", 3)];

        var comparison = DetectorComparison.Of(MarkerDetector.Create(), MarkerDetector.Create(), people, places);

        Assert.AreEqual((2, 1, 0), (comparison.Pictures, comparison.Scenes, comparison.FalseFaces));
        Assert.IsGreaterThanOrEqualTo(2, comparison.ReferenceFaces);
        Assert.AreEqual(comparison.ReferenceFaces, comparison.Found);
        Assert.AreEqual(1, comparison.FoundShare);
        Assert.IsLessThan(0.1, comparison.KeypointError, "Several looks see the same faces.");
        Assert.AreEqual(comparison.KeypointError, comparison.ReferenceKeypointError, "The detector's look is the reference's first one.");
        Assert.IsNull(comparison.Eyes);
        Assert.IsGreaterThan(0, comparison.WindowMilliseconds);
        Assert.IsEmpty(comparison.Failed);
    }

    [TestMethod]
    public void Scenes_with_a_face_are_left_out_and_unreadable_pictures_named()
    {
        string[] places = [Draw("face.png", 1, (112, 112, 32)), Draw("empty.png", 2)];

        var comparison = DetectorComparison.Of(MarkerDetector.Create(), MarkerDetector.Create(), [_folder.File("missing.png")], places);

        Assert.AreEqual((0, 1), (comparison.ReferenceFaces, comparison.Scenes));
        Assert.IsTrue(double.IsNaN(comparison.KeypointError));
        StringAssert.Contains(comparison.Failed.Single().Item, "missing.png");
    }

    [TestMethod]
    public void Eyes_are_measured_by_the_points_beside_a_picture()
    {
        var path = Draw("images/img_3.png", 1, (112, 112, 32));
        using var detector = new FaceDetector(MarkerDetector.Create());
        using var picture = PictureReader.Read(path);
        var (right, left) = (First().Keypoints.RightEye, First().Keypoints.LeftEye);
        // Each corner of an eye is the eye itself, a tenth of the distance between the eyes too low.
        var below = 0.1f * right.DistanceTo(left);
        string Line(FacePoint eye) => string.Create(CultureInfo.InvariantCulture, $"{eye.X / picture.Width},{(eye.Y + below) / picture.Height}");
        File.WriteAllLines(_folder.File("points/pts_3.csv"), [Line(right), Line(right), Line(left), Line(left)]);

        var comparison = DetectorComparison.Of(MarkerDetector.Create(), MarkerDetector.Create(), [path], []);

        Assert.AreEqual(1, comparison.Eyes!.Faces);
        Assert.AreEqual(0.1, comparison.Eyes.Error, 1e-4);
        Assert.AreEqual(0.1, comparison.Eyes.ReferenceError, 1e-4);

        DetectedFace First() => detector.Detect(picture)[0];
    }

    private string Draw(string name, int seed, params (int X, int Y, int Side)[] faces)
    {
        using var picture = TestPictures.Draw(256, 256, seed, faces);
        return TestPictures.Save(picture, _folder.File(name));
    }
}
