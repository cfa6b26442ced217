using CDNet.MLNet.Data;
using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Detection;

namespace CDNet.MLNet.Torch.Tests.Detection;

[TestClass]
public sealed class KeypointTrainerTests
{
    private static readonly FacePartCropOptions Looking = new() { SecondLook = 2 };
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Training_gives_a_detector_that_finds_the_same_boxes_and_measures_points_by_a_network_of_its_own()
    {
        var losses = new List<double>();
        var people = People(8);
        var report = KeypointTrainer.Train(MarkerDetector.Create(), people, MarkerDetector.Create(), Options() with { Scenes = 4_000, Progress = new DetectorLosses(losses) });

        Assert.AreEqual((8, 0, 4_000L), (report.People, report.Places, report.Scenes));
        Assert.IsLessThan(0.3 * losses[0], losses[^1]);
        report.Detector.Save(_folder.File("own.onnx"));
        var loaded = FaceDetectorModel.FromFile(_folder.File("own.onnx"));
        Assert.AreEqual(report.Detector.Sha256, loaded.Sha256);
        Assert.IsTrue(loaded.HasKeypointNetwork);
        Assert.IsFalse(MarkerDetector.Create().HasKeypointNetwork);
        using var plain = new FaceDetector(MarkerDetector.Create());
        using var detector = new FaceDetector(loaded);
        using var picture = PictureReader.Read(people[0]);
        CollectionAssert.AreEqual(plain.Detect(picture).ToArray(), detector.Detect(picture).ToArray(), "the first look is that of the detector");
        var (first, second) = (detector.Detect(picture).Single(), detector.Detect(picture, Looking).Single());
        Assert.AreEqual((first.Box, first.Confidence), (second.Box, second.Confidence));
        Assert.AreNotEqual(first.Keypoints, second.Keypoints);
        // The marker's eyes are a third of its box apart; points that had not been learnt would lie in the middle, off by half of that and more.
        var comparison = DetectorComparison.Of(loaded, MarkerDetector.Create(), people, [], Looking);
        Assert.IsLessThan(0.25, comparison.KeypointError);
    }

    [TestMethod]
    public void Same_seed_gives_the_same_network_and_takes_the_place_of_the_one_before()
    {
        FaceDetectorModel Train(FaceDetectorModel detector, int seed) => KeypointTrainer.Train(detector, People(2), MarkerDetector.Create(), Options() with { Scenes = 48, Seed = seed }).Detector;

        var first = Train(MarkerDetector.Create(), 1);

        Assert.AreNotEqual(first.Sha256, Train(MarkerDetector.Create(), 2).Sha256);
        Assert.AreEqual(first.Sha256, Train(Train(MarkerDetector.Create(), 2), 1).Sha256);
    }

    [TestMethod]
    public void Pictures_without_any_face_are_refused()
        => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => KeypointTrainer.Train(MarkerDetector.Create(), Draw(2, []), MarkerDetector.Create())).Message, "in none of the 2 pictures");

    private static FaceDetectorTrainingOptions Options() => new() { BatchSize = 16 };

    private string[] People(int count) => Draw(count, [(112, 87, 27)]);

    private string[] Draw(int count, (int X, int Y, int Side)[] faces) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            using var picture = TestPictures.Draw(200, 200, i, faces);
            return TestPictures.Save(picture, _folder.File($"{faces.Length}-{i}.png"));
        }),
    ];
}
