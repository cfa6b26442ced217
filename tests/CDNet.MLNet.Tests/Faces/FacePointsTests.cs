using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Tests.Faces;

[TestClass]
public sealed class FacePointsTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Eyes_are_the_middles_of_their_corners_and_the_deviation_counts_in_their_distance()
    {
        File.WriteAllLines(_folder.File("points/pts_7.csv"), ["0.2,0.4", "0.4,0.4", "0.6,0.4", "8.0e-01,0.4", "0.5,0.6"]);

        var points = FacePoints.Beside(_folder.File("images/img_7.jpg"))!;

        Assert.AreEqual(0.3f, points.LeftInPicture.X, 1e-6f);
        Assert.AreEqual(0.7f, points.RightInPicture.X, 1e-6f);
        // In 100x50 pixels the eyes are at (30, 20) and (70, 20), 40 apart; the detected ones 4 and 0 pixels off.
        var detected = new FaceKeypoints(new(34, 20), new(70, 20), default, default, default, default);
        Assert.AreEqual(0.05f, points.Deviation(detected, 100, 50), 1e-5f);
    }

    [TestMethod]
    public void Picture_without_points_has_none()
    {
        Assert.IsNull(FacePoints.Beside(_folder.File("images/img_8.jpg")));
        Assert.IsNull(FacePoints.Beside(_folder.File("images/Some_Body_0001.jpg")));
    }

    [TestMethod]
    [DataRow("0.2,0.4\nno,point\n0.1,0.1\n0.1,0.1", "no,point")]
    [DataRow("0.2,0.4", "1 points")]
    public void Damaged_points_are_refused_with_the_file(string content, string word)
    {
        File.WriteAllText(_folder.File("points/pts_9.csv"), content);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => FacePoints.Beside(_folder.File("images/img_9.jpg")));

        StringAssert.Contains(error.Message, "pts_9.csv");
        StringAssert.Contains(error.Message, word);
    }
}
