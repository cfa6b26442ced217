using CDNet.MLNet.Torch.Detection;

namespace CDNet.MLNet.Torch.Tests.Detection;

/// <summary>Trainings on drawn scenes that are cancelled and go on.</summary>
[TestClass]
public sealed class SceneCheckpointTests
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("own.onnx.checkpoint");

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Detector_that_was_cancelled_ends_with_the_bits_of_one_that_was_not()
        => AssertSame(options => FaceDetectorTrainer.Train(People(4), People(1, isEmpty: true), MarkerDetector.Create(), options));

    [TestMethod]
    public void Key_points_that_were_cancelled_end_with_the_bits_of_those_that_were_not()
        => AssertSame(options => KeypointTrainer.Train(MarkerDetector.Create(), People(4), MarkerDetector.Create(), options));

    [TestMethod]
    public void Without_leave_to_go_on_nothing_is_labelled_and_the_checkpoint_stays()
    {
        Cancel(KeyPoints, Options(), after: 2);
        var before = File.ReadAllBytes(Path);
        var labelled = 0;

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => KeyPoints(Options() with { Progress = new ToldAtOnce<DetectorTrainingProgress>(_ => labelled++) }));

        StringAssert.Contains(error.Message, $"{Path}: a training was not finished here");
        Assert.AreEqual(0, labelled);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(Path));
    }

    [TestMethod]
    public void Other_options_pictures_and_trainings_are_told_apart()
    {
        Cancel(KeyPoints, Options(), after: 2);
        var resumed = Options() with { Resume = true };
        string Refusal(Func<FaceDetectorTrainingOptions, DetectorTrainingReport> train, FaceDetectorTrainingOptions options) => Assert.ThrowsExactly<InvalidOperationException>(() => train(options)).Message;

        StringAssert.Contains(Refusal(KeyPoints, resumed with { Seed = 2, BatchSize = 32 }), "BatchSize was 8 and is 32; Seed was 1 and is 2");
        StringAssert.Contains(Refusal(options => KeypointTrainer.Train(MarkerDetector.Create(), People(3), MarkerDetector.Create(), options), resumed), "other data: key points, 4 pictures with faces");
        StringAssert.Contains(Refusal(options => FaceDetectorTrainer.Train(People(4), [], MarkerDetector.Create(), options), resumed), "now it is detector, 4 pictures with faces");
    }

    [TestMethod]
    public void Damaged_checkpoint_is_refused()
    {
        Cancel(KeyPoints, Options(), after: 2);
        File.WriteAllBytes(Path, File.ReadAllBytes(Path)[..1000]);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => KeyPoints(Options() with { Resume = true })).Message, Path);
    }

    [TestMethod]
    public void Interval_says_when_one_is_written()
    {
        var seen = new List<bool>();
        KeyPoints(Options() with { CheckpointInterval = TimeSpan.FromTicks(1), Progress = new ToldAtOnce<DetectorTrainingProgress>(_ => seen.Add(File.Exists(Path))) });

        // A step is told before it is written.
        CollectionAssert.AreEqual(new[] { false, false, false, false, false, true, true, true, true, true }, seen, "four labels and six steps");
        Assert.IsFalse(File.Exists(Path), "the checkpoint of a training that is over goes");
    }

    [TestMethod]
    public void Options_out_of_range_are_refused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>((new FaceDetectorTrainingOptions { Resume = true }).Validate).Message, nameof(FaceDetectorTrainingOptions.CheckpointPath));
        StringAssert.Contains(Assert.Throws<ArgumentException>((Options() with { CheckpointInterval = TimeSpan.Zero }).Validate).Message, nameof(FaceDetectorTrainingOptions.CheckpointInterval));
        StringAssert.Contains(Assert.Throws<ArgumentException>((Options() with { TimeBudget = TimeSpan.Zero }).Validate).Message, nameof(FaceDetectorTrainingOptions.TimeBudget));
    }

    private FaceDetectorTrainingOptions Options() => new() { BatchSize = 8, Scenes = 48, CheckpointPath = Path };

    private DetectorTrainingReport KeyPoints(FaceDetectorTrainingOptions options) => KeypointTrainer.Train(MarkerDetector.Create(), People(4), MarkerDetector.Create(), options);

    private void AssertSame(Func<FaceDetectorTrainingOptions, DetectorTrainingReport> train)
    {
        var whole = train(Options() with { CheckpointPath = null });

        Cancel(train, Options(), after: 2);
        Cancel(train, Options() with { Resume = true }, after: 3);
        var steps = new List<long>();
        var resumed = train(Options() with { Resume = true, Progress = new ToldAtOnce<DetectorTrainingProgress>(step => steps.Add(step.IsLabeling ? 0 : step.Done)) });

        CollectionAssert.AreEqual(new long[] { 48 }, steps.Where(done => done > 0).ToArray(), "five of six steps were done before");
        Assert.AreEqual((whole.Detector.Sha256, whole.Scenes, whole.Loss), (resumed.Detector.Sha256, resumed.Scenes, resumed.Loss));
        Assert.IsFalse(File.Exists(Path), "the checkpoint of a training that is over goes");
    }

    /// <summary>Trains until so many steps are told, then cancels.</summary>
    private static void Cancel(Func<FaceDetectorTrainingOptions, DetectorTrainingReport> train, FaceDetectorTrainingOptions options, int after)
    {
        using var stop = new CancellationTokenSource();
        var progress = new ToldAtOnce<DetectorTrainingProgress>(step =>
        {
            if (!step.IsLabeling && --after == 0)
                stop.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => train(options with { Progress = progress, CancellationToken = stop.Token }));
    }

    private string[] People(int count, bool isEmpty = false) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            using var picture = TestPictures.Draw(200, 200, i, isEmpty ? [] : [(112, 87, 27)]);
            return TestPictures.Save(picture, _folder.File($"{isEmpty}-{i}.png"));
        }),
    ];
}
