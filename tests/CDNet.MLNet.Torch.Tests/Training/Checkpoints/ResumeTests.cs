using CDNet.MLNet.Torch.Training.Checkpoints;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Torch.Tests.Training.Checkpoints;

[TestClass]
public sealed class ResumeTests
{
    private const int Rows = 40;

    // What was never interrupted.
    private static readonly Lazy<(float[] Bits, TrainingReport Report)> Whole
        = new(() => Fit(SmallCrops.Options() with { EpochsStage1 = 2, EpochsStage2 = 2, Schedule = LearningRateSchedule.WarmupCosine }));

    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    private string Checkpoint => Path.Combine(_folder.Path, CheckpointStore.FileName);

    // A checkpoint after every step.
    private SamFeatureOptions Options() => SmallCrops.Options() with
    {
        EpochsStage1 = 2, EpochsStage2 = 2, Schedule = LearningRateSchedule.WarmupCosine, CheckpointFolder = _folder.Path, CheckpointInterval = TimeSpan.FromTicks(1),
    };

    [TestMethod]
    [DataRow(2, DisplayName = "in the middle of stage 1")]
    [DataRow(5, DisplayName = "at the end of an epoch")]
    [DataRow(10, DisplayName = "at the end of stage 1")]
    [DataRow(12, DisplayName = "while the centres are computed")]
    [DataRow(18, DisplayName = "in the middle of stage 2")]
    public void Interrupted_and_resumed_gives_the_same_bits_as_uninterrupted(int reports)
    {
        Interrupt(reports);
        Assert.IsTrue(File.Exists(Checkpoint));

        var resumed = Fit(Options() with { Resume = true });

        CollectionAssert.AreEqual(Whole.Value.Bits, resumed.Bits);
        CollectionAssert.AreEqual(Facts(Whole.Value.Report), Facts(resumed.Report));
        Assert.IsFalse(File.Exists(Checkpoint), "the checkpoint of a training that is over goes");
    }

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0)]
    public void Last_layer_with_a_rate_of_its_own_goes_on_with_the_same_bits(double projectionRate)
    {
        var options = Options() with { EpochsStage1 = 1, EpochsStage2 = 0, ProjectionRate = projectionRate };
        var whole = Fit(options with { CheckpointFolder = null });
        Assert.Throws<OperationCanceledException>(() => Interrupt(options, 3));

        var resumed = Fit(options with { Resume = true });

        CollectionAssert.AreEqual(whole.Bits, resumed.Bits);
    }

    [TestMethod]
    public void Widened_model_goes_on_with_the_same_bits()
    {
        var options = Options() with { StartFrom = WideModel.Write(_folder.File("wide.zip")), EpochsStage1 = 0, EpochsStage2 = 1 };
        var whole = Fit(options with { CheckpointFolder = null });
        Assert.Throws<OperationCanceledException>(() => Interrupt(options, 3));

        var resumed = Fit(options with { Resume = true });

        CollectionAssert.AreEqual(whole.Bits, resumed.Bits);
    }

    [TestMethod]
    public void Interrupted_again_and_again_it_still_arrives()
    {
        for (var times = 0; times < 20; times++)
        {
            try
            {
                var (bits, _) = Interrupt(6, resume: true);
                CollectionAssert.AreEqual(Whole.Value.Bits, bits);
                Assert.IsGreaterThan(2, times);
                return;
            }
            catch (OperationCanceledException)
            {
                // Again.
            }
        }
        Assert.Fail("It never got to the end.");
    }

    [TestMethod]
    public void Metrics_have_each_epoch_once_and_steps_in_order()
    {
        Interrupt(18);
        Fit(Options() with { Resume = true });

        var metrics = TrainingMetric.Read(Path.Combine(_folder.Path, TrainingMetric.FileName));

        var epochs = metrics.Where(metric => metric.Kind == TrainingMetric.EndOfEpoch).Select(metric => (metric.Stage, metric.Epoch)).ToArray();
        CollectionAssert.AreEqual(new[] { (1, 1), (1, 2), (2, 0), (2, 1), (2, 2) }, epochs);
        Assert.IsTrue(metrics.Where(metric => metric.Kind == TrainingMetric.EndOfEpoch).All(metric => metric.ValidationAuc is >= 0 and <= 1));
    }

    [TestMethod]
    public void A_checkpoint_of_other_options_is_refused_with_the_difference_named()
    {
        Interrupt(3);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Options() with { Resume = true, Beta = 0.25, BatchSize = 16 }));

        StringAssert.Contains(error.Message, "Beta was 0.4 and is 0.25");
        StringAssert.Contains(error.Message, "BatchSize was 8 and is 16");
        StringAssert.Contains(error.Message, Checkpoint);
        Assert.IsFalse(error.Message.Contains("Alpha", StringComparison.Ordinal));
        Assert.IsTrue(File.Exists(Checkpoint));
    }

    [TestMethod]
    public void A_checkpoint_of_other_rows_is_refused()
    {
        Interrupt(3);

        var fewer = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Options() with { Resume = true }, SmallCrops.Data(Rows - 4)));
        var others = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Options() with { Resume = true }, SmallCrops.Data(Rows, seed: 2)));

        StringAssert.Contains(fewer.Message, "other data: 40 rows");
        StringAssert.Contains(others.Message, "other data");
    }

    [TestMethod]
    public void A_checkpoint_is_not_overwritten_by_a_training_that_does_not_resume_it()
    {
        Interrupt(3);
        var before = File.ReadAllBytes(Checkpoint);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Options()));

        StringAssert.Contains(error.Message, "--resume");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(Checkpoint));
    }

    [TestMethod]
    public void A_damaged_checkpoint_is_refused_by_name()
    {
        Interrupt(3);
        File.WriteAllBytes(Checkpoint, File.ReadAllBytes(Checkpoint)[..1000]);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Fit(Options() with { Resume = true }));

        StringAssert.Contains(error.Message, Checkpoint);
    }

    [TestMethod]
    public void Resuming_where_nothing_was_begun_begins()
    {
        CollectionAssert.AreEqual(Fit(Options() with { CheckpointFolder = null }).Bits, Fit(Options() with { Resume = true }).Bits);
    }

    [TestMethod]
    public void Resuming_without_a_folder_is_refused()
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new SamFeatureOptions { Resume = true }.Validate()).Message, nameof(SamFeatureOptions.CheckpointFolder));

    private static (int Stage, int Epoch, double Loss, double Auc, long Rows)[] Facts(TrainingReport report)
        => [.. report.Epochs.Append(report.BestStage1).Append(report.BestStage2!).Select(epoch => (epoch.Stage, epoch.Epoch, epoch.Loss, epoch.ValidationAuc, epoch.Rows))];

    private static (float[] Bits, TrainingReport Report) Fit(SamFeatureOptions options, IDataView? data = null)
    {
        data ??= SmallCrops.Data(Rows);
        using var model = new MLContext(1).Transforms.SamFeatures(options).Fit(data);
        return ([.. model.Centres!.Fake, .. model.Centres.Real, .. model.Transform(data).GetColumn<float[]>("Features").SelectMany(row => row)], model.Report);
    }

    /// <summary>Fits until so many steps, batches of the centres and ends of epochs were reported, then cancels.</summary>
    private (float[] Bits, TrainingReport Report) Interrupt(int reports, bool resume) => Interrupt(Options() with { Resume = resume }, reports);

    private static (float[] Bits, TrainingReport Report) Interrupt(SamFeatureOptions options, int reports)
    {
        using var stop = new CancellationTokenSource();
        return Fit(options with { Progress = new Counter(reports, stop), CancellationToken = stop.Token });
    }

    private void Interrupt(int reports) => Assert.Throws<OperationCanceledException>(() => Interrupt(reports, resume: false));

    private sealed class Counter(int reports, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private int _left = reports;

        public void Report(TrainingProgress value)
        {
            if (value.Phase != TrainingPhase.Preparing && --_left == 0)
                stop.Cancel();
        }
    }
}
