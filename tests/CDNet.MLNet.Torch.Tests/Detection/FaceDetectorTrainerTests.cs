using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Detection;

namespace CDNet.MLNet.Torch.Tests.Detection;

[TestClass]
public sealed class FaceDetectorTrainerTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Training_lowers_the_loss_and_gives_a_detector_that_is_saved_and_loaded()
    {
        var losses = new List<double>();
        var report = FaceDetectorTrainer.Train(People(6), Places(3), MarkerDetector.Create(), Options() with { Scenes = 640, Progress = new DetectorLosses(losses) });

        Assert.AreEqual((6, 3, 640L), (report.People, report.Places, report.Scenes));
        Assert.IsEmpty(report.Skipped);
        Assert.IsLessThan(0.8 * losses[0], losses[^1]);
        report.Detector.Save(_folder.File("own.onnx"));
        var loaded = FaceDetectorModel.FromFile(_folder.File("own.onnx"));
        Assert.AreEqual(report.Detector.Sha256, loaded.Sha256);
        Assert.AreEqual(CompactBlazeFace.InputSide, loaded.InputSide);
        var comparison = DetectorComparison.Of(loaded, MarkerDetector.Create(), People(2), Places(1));
        Assert.AreEqual((2, 1), (comparison.ReferenceFaces, comparison.Scenes));
    }

    [TestMethod]
    public void Same_seed_gives_the_same_detector_and_another_seed_another()
    {
        string Train(int seed) => FaceDetectorTrainer.Train(People(3), [], MarkerDetector.Create(), Options() with { Scenes = 48, Seed = seed }).Detector.Sha256;

        var first = Train(1);

        Assert.AreEqual(first, Train(1));
        Assert.AreNotEqual(first, Train(2));
    }

    [TestMethod]
    public void What_cannot_be_used_is_left_out_with_its_reason()
    {
        File.WriteAllText(_folder.File("broken.jpg"), "no picture");
        string[] people = [.. People(2), Places(1)[0], _folder.File("broken.jpg")];

        var report = FaceDetectorTrainer.Train(people, [People(1)[0]], MarkerDetector.Create(), Options() with { Scenes = 16 });

        Assert.AreEqual((2, 0), (report.People, report.Places));
        Assert.HasCount(3, report.Skipped);
        Assert.IsTrue(report.Skipped.Any(item => item.Reason.Contains("finds no face", StringComparison.Ordinal)));
        Assert.IsTrue(report.Skipped.Any(item => item.Reason.Contains("sees a face in it", StringComparison.Ordinal)));
        Assert.IsTrue(report.Skipped.Any(item => item.Item.EndsWith("broken.jpg", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Pictures_without_any_face_are_refused()
        => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => FaceDetectorTrainer.Train(Places(2), [], MarkerDetector.Create())).Message, "in none of the 2 pictures");

    [TestMethod]
    public void Cancellation_ends_the_training()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        Assert.Throws<OperationCanceledException>(() =>
            FaceDetectorTrainer.Train(People(2), [], MarkerDetector.Create(), Options() with { Scenes = long.MaxValue, CancellationToken = source.Token }));
    }

    private static FaceDetectorTrainingOptions Options() => new() { BatchSize = 16 };

    private string[] People(int count) => [.. Enumerable.Range(0, count).Select(i => Draw($"person{i}.png", i, (112, 87, 27)))];

    private string[] Places(int count) => [.. Enumerable.Range(0, count).Select(i => Draw($"place{i}.png", 100 + i))];

    private string Draw(string name, int seed, params (int X, int Y, int Side)[] faces)
    {
        using var picture = TestPictures.Draw(200, 200, seed, faces);
        return TestPictures.Save(picture, _folder.File(name));
    }
}
