using CDNet.MLNet.Cluster;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Scoring.Evidence;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Torch.Tests;

[TestClass]
public sealed class SamFeatureEstimatorTests
{
    private readonly MLContext _context = new(1);
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Two_stages_learn_stripes_and_the_centres_reach_the_decision()
    {
        var (training, test) = (SmallCrops.Data(120, seed: 1), SmallCrops.Data(60, seed: 2));
        var options = SmallCrops.Options() with { EpochsStage1 = 4, EpochsStage2 = 2, LearningRate = 3e-3, SamplingKeyColumnName = "Video" };
        var pipeline = _context.Transforms.SamFeatures(options).Append(_context.BinaryClassification.Trainers.ClusterDecision());

        using var model = pipeline.Fit(training);

        var features = (SamFeatureTransformer)model.First();
        CollectionAssert.AreEqual(features.Centres!.Fake, model.LastTransformer.Centres.Fake);
        CollectionAssert.AreEqual(features.Centres!.Real, model.LastTransformer.Centres.Real);
        Assert.IsGreaterThan(0.95, _context.BinaryClassification.Evaluate(model.Transform(test)).AreaUnderRocCurve);
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4 }, features.Report.Epochs.Where(epoch => epoch.Stage == 1).Select(epoch => epoch.Epoch).ToArray());
        Assert.AreEqual(0, features.Report.Epochs.First(epoch => epoch.Stage == 2).Epoch);
        Assert.AreEqual(features.Report.Epochs.Where(epoch => epoch.Stage == 1).Max(epoch => epoch.ValidationAuc), features.Report.BestStage1.ValidationAuc);
    }

    [TestMethod]
    public void Features_are_a_vector_of_200_and_the_schema_shape_says_so()
    {
        using var model = _context.Transforms.SamFeatures(SmallCrops.Options()).Fit(SmallCrops.Data(40));

        var type = model.GetOutputSchema(SmallCrops.Data(1).Schema)["Features"].Type;

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 200), type);
    }

    [TestMethod]
    public void Same_seed_gives_the_same_bits_and_another_seed_others()
    {
        float[] Fit(int seed)
        {
            var data = SmallCrops.Data(40);
            using var model = _context.Transforms.SamFeatures(SmallCrops.Options() with { Seed = seed }).Fit(data);
            return [.. model.Centres!.Fake, .. model.Transform(data).GetColumn<float[]>("Features").First()];
        }

        var first = Fit(1);

        CollectionAssert.AreEqual(first, Fit(1));
        CollectionAssert.AreNotEqual(first, Fit(2));
    }

    [TestMethod]
    public void Rows_without_a_face_or_label_are_left_out_and_counted()
    {
        var rows = SmallCrops.Rows(40);
        foreach (var row in rows.Take(3))
            Array.Clear(row.Face);

        using var model = _context.Transforms.SamFeatures(SmallCrops.Options()).Fit(_context.Data.LoadFromEnumerable(rows));

        Assert.AreEqual(3, model.Report.RowsWithoutFace);
        Assert.AreEqual(37, model.Report.TrainingRows + model.Report.ValidationRows);
        var features = model.Transform(_context.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Features").ToArray();
        Assert.IsTrue(features.Take(3).All(row => row.All(float.IsNaN)));
        Assert.IsTrue(features.Skip(3).All(row => row.All(float.IsFinite)));
    }

    [TestMethod]
    public void Rows_of_one_video_stay_on_one_side()
    {
        var options = SmallCrops.Options() with { SamplingKeyColumnName = "Video", ValidationFraction = 0.3 };
        using var cache = Fill(SmallCrops.Rows(80), options);

        var split = Torch.Training.TrainingSplit.Of(cache, options);

        var training = split.Training.Select(row => cache[row].Group).ToHashSet();
        Assert.IsFalse(split.Validation.Any(row => training.Contains(cache[row].Group)));
        Assert.AreEqual(24, split.Validation.Length);
        Assert.AreEqual(80, split.Training.Concat(split.Validation).Distinct().Count());
    }

    [TestMethod]
    public void Rows_are_cached_in_the_order_of_the_data_though_several_threads_read_them()
    {
        var rows = SmallCrops.Rows(600, framesPerVideo: 1);
        var options = SmallCrops.Options() with { SamplingKeyColumnName = "Video" };

        using var cache = Fill(rows, options);

        for (var i = 0; i < rows.Length; i++)
            Assert.AreEqual(System.IO.Hashing.XxHash64.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(rows[i].Video)), cache[i].Group);
    }

    [TestMethod]
    public void Model_knows_the_means_of_its_parts_from_the_training_rows()
    {
        var rows = SmallCrops.Rows(40);
        var training = rows.Where(row => !row.IsValidation).ToArray();
        var options = SmallCrops.Options() with { ValidationColumnName = nameof(SmallCrops.Row.IsValidation), EpochsStage1 = 1 };
        using var model = _context.Transforms.SamFeatures(options).Fit(_context.Data.LoadFromEnumerable(rows));

        var means = PartMeans.Read(ModelArchive.Of(model))!;

        Assert.AreEqual(SamSpec.Concatenated, means.Real.Length);
        for (var i = 0; i < SamSpec.Amplitudes; i++)
        {
            // The nose's amplitudes, standardised over all training rows, in the mean of the class.
            var all = training.Select(row => (double)row.NoseDct[i]).ToArray();
            var (mean, deviation) = (all.Average(), Math.Sqrt(all.Sum(value => Math.Pow(value - all.Average(), 2)) / all.Length));
            double Expected(bool isFake) => (training.Where(row => row.Label == isFake).Average(row => (double)row.NoseDct[i]) - mean) / deviation;
            var slot = SamLayout.AmplitudeSlots(3).Start.Value + i;
            Assert.AreEqual(Expected(isFake: true), means.Fake[slot], 0.02, $"fake {i}");
            Assert.AreEqual(Expected(isFake: false), means.Real[slot], 0.02, $"real {i}");
            var within = training.Sum(row => Math.Pow((row.NoseDct[i] - mean) / deviation - Expected(row.Label), 2)) / training.Length;
            Assert.AreEqual(Math.Sqrt(within), means.Deviations![slot], 0.02, $"deviation {i}");
        }
    }

    [TestMethod]
    public void Flag_column_says_which_rows_validate()
    {
        using var model = _context.Transforms.SamFeatures(SmallCrops.Options() with { ValidationColumnName = "IsValidation" }).Fit(SmallCrops.Data(40));

        Assert.AreEqual((32, 8), (model.Report.TrainingRows, model.Report.ValidationRows));
    }

    [TestMethod]
    public void Without_validation_rows_the_last_epoch_is_kept()
    {
        using var model = _context.Transforms.SamFeatures(SmallCrops.Options() with { ValidationFraction = 0, EpochsStage1 = 3 }).Fit(SmallCrops.Data(24));

        Assert.AreEqual(3, model.Report.BestStage1.Epoch);
        Assert.IsTrue(double.IsNaN(model.Report.BestStage1.ValidationAuc));
    }

    [TestMethod]
    public void Stage_2_can_be_left_out_and_the_centres_are_the_class_means()
    {
        var data = SmallCrops.Data(40);
        using var model = _context.Transforms.SamFeatures(SmallCrops.Options() with { EpochsStage2 = 0, ValidationFraction = 0 }).Fit(data);

        var features = model.Transform(data).GetColumn<float[]>("Features").Zip(data.GetColumn<bool>("Label"));
        var means = ClusterCentres.Means(features.Select(row => ((ReadOnlyMemory<float>)row.First, row.Second)));

        Assert.IsNull(model.Report.BestStage2);
        for (var i = 0; i < SamSpec.Features; i++)
            Assert.AreEqual(means.Fake[i], model.Centres!.Fake[i], 1e-3f * Math.Max(1, Math.Abs(means.Fake[i])));
    }

    [TestMethod]
    [DataRow(ClusterLossForm.Margin, CentreGradient.None)]
    [DataRow(ClusterLossForm.Margin, CentreGradient.BatchMeans)]
    [DataRow(ClusterLossForm.Logistic, CentreGradient.BatchMeans)]
    public void Every_form_of_the_cluster_loss_trains(ClusterLossForm loss, CentreGradient gradient)
    {
        using var model = _context.Transforms.SamFeatures(SmallCrops.Options() with { ClusterLoss = loss, CentreGradient = gradient, EpochsStage2 = 2 }).Fit(SmallCrops.Data(40));

        Assert.IsTrue(model.Report.Epochs.Where(epoch => epoch.Stage == 2 && epoch.Epoch > 0).All(epoch => double.IsFinite(epoch.Loss)));
    }

    [TestMethod]
    public void Progress_reports_every_phase_and_grows_to_the_end()
    {
        var reports = new List<TrainingProgress>();
        var options = SmallCrops.Options() with { Progress = new ToldAtOnce<TrainingProgress>(reports.Add) };

        _context.Transforms.SamFeatures(options).Fit(SmallCrops.Data(40)).Dispose();

        foreach (var phase in Enum.GetValues<TrainingPhase>())
            Assert.IsTrue(reports.Any(report => report.Phase == phase), $"{phase}");
        var shares = reports.Where(report => report.Phase == TrainingPhase.Stage1 && !double.IsNaN(report.Share)).Select(report => report.Share).ToArray();
        CollectionAssert.AreEqual(shares.Order().ToArray(), shares);
        Assert.AreEqual(1, shares[^1]);
        Assert.IsTrue(reports.Any(report => report.Phase == TrainingPhase.Stage1 && report is { RowsPerSecond: > 0, TimeLeft: not null, Loss: > 0 }));
    }

    [TestMethod]
    [DataRow(TrainingPhase.Preparing)]
    [DataRow(TrainingPhase.Stage1)]
    [DataRow(TrainingPhase.Centres)]
    [DataRow(TrainingPhase.Stage2)]
    public void Cancellation_ends_the_fit_within_one_batch_and_leaves_no_file(TrainingPhase phase)
    {
        using var source = new CancellationTokenSource();
        var after = 0;
        var progress = new ToldAtOnce<TrainingProgress>(report =>
        {
            if (report.Phase == phase && report.Rows > 0)
            {
                after += source.IsCancellationRequested ? 1 : 0;
                source.Cancel();
            }
        });
        var options = SmallCrops.Options() with { Progress = progress, CancellationToken = source.Token, CacheFolder = _folder.Path, EpochsStage1 = 2, EpochsStage2 = 3 };

        Assert.Throws<OperationCanceledException>(() => _context.Transforms.SamFeatures(options).Fit(SmallCrops.Data(64)));

        // Preparing runs on several threads, each of which may be in the middle of a row.
        Assert.IsLessThanOrEqualTo(phase == TrainingPhase.Preparing ? Environment.ProcessorCount : 1, after);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void Cache_is_removed_when_the_training_throws()
    {
        var options = SmallCrops.Options() with { CacheFolder = _folder.Path, LearningRate = 1e30, EpochsStage1 = 4 };

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _context.Transforms.SamFeatures(options).Fit(SmallCrops.Data(40)));

        StringAssert.Contains(error.Message, "Lower the learning rate");
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void Each_picture_is_read_once_however_many_epochs_there_are()
    {
        var reads = 0;
        var rows = SmallCrops.Rows(40);
        IEnumerable<SmallCrops.Row> Counted()
        {
            foreach (var row in rows)
            {
                Interlocked.Increment(ref reads);
                yield return row;
            }
        }

        _context.Transforms.SamFeatures(SmallCrops.Options() with { EpochsStage1 = 3 }).Fit(_context.Data.LoadFromEnumerable(Counted())).Dispose();

        Assert.AreEqual(40, reads);
    }

    [TestMethod]
    public void Time_budget_ends_the_stages_early_and_still_gives_a_model()
    {
        var options = SmallCrops.Options() with { TimeBudget = TimeSpan.FromSeconds(10), EpochsStage1 = 100_000, EpochsStage2 = 100_000, Schedule = LearningRateSchedule.WarmupCosine };
        var watch = System.Diagnostics.Stopwatch.StartNew();

        using var model = _context.Transforms.SamFeatures(options).Fit(SmallCrops.Data(40));

        // Generous: machines are noisy. Without a budget this would take hours.
        Assert.IsLessThan(60, watch.Elapsed.TotalSeconds);
        Assert.IsNotNull(model.Report.BestStage2);
    }

    [TestMethod]
    public void One_class_is_refused_with_the_counts()
    {
        var rows = SmallCrops.Rows(20).Where(row => row.Label);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _context.Transforms.SamFeatures(SmallCrops.Options()).Fit(_context.Data.LoadFromEnumerable(rows)));

        StringAssert.Contains(error.Message, "0 real");
        StringAssert.Contains(error.Message, "Label");
    }

    [TestMethod]
    public void Missing_columns_are_refused_by_name()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.SamFeatures().Fit(_context.Data.LoadFromEnumerable([new { Label = true }])));

        StringAssert.Contains(error.Message, "Face");
    }

    [TestMethod]
    public void Device_that_is_not_there_is_refused_or_replaced_as_asked()
    {
        var options = SmallCrops.Options() with { GpuDeviceId = 99 };

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _context.Transforms.SamFeatures(options).Fit(SmallCrops.Data(40)));
        using var model = _context.Transforms.SamFeatures(options, gpuDeviceId: 99, fallbackToCpu: true).Fit(SmallCrops.Data(40));

        StringAssert.Contains(error.Message, "gpuDeviceId is 99");
        Assert.AreEqual("cpu", model.Report.Device);
    }

    [TestMethod]
    [DataRow(nameof(SamFeatureOptions.Beta))]
    [DataRow(nameof(SamFeatureOptions.BatchSize))]
    [DataRow(nameof(SamFeatureOptions.LearningRate))]
    public void Option_out_of_range_is_refused_by_name(string option)
    {
        var options = option switch
        {
            nameof(SamFeatureOptions.Beta) => new SamFeatureOptions { Beta = 2 },
            nameof(SamFeatureOptions.BatchSize) => new SamFeatureOptions { BatchSize = 1 },
            _ => new SamFeatureOptions { LearningRate = double.NaN },
        };

        StringAssert.Contains(Assert.Throws<ArgumentException>(() => _context.Transforms.SamFeatures(options)).Message, option);
    }

    private static Torch.Training.CropCache Fill(SmallCrops.Row[] rows, SamFeatureOptions options)
    {
        var data = new MLContext(1).Data.LoadFromEnumerable(rows);
        var columns = Torch.Training.SamColumns.Of(data.Schema, options);
        var cache = new Torch.Training.CropCache(null, columns.Sizes);
        Torch.Training.CropCacheFiller.Fill(cache, data, columns, options);
        return cache;
    }
}
