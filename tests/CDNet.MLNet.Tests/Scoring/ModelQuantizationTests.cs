using CDNet.MLNet.Data;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Networks.Quantization;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>The library's own model with a detector that finds the faces of drawn pictures; and as it is, on a photograph.</summary>
[TestClass]
public sealed class ModelQuantizationTests
{
    private static readonly TempFolder Folder = new();
    private static string _model = "";
    private static string _ready = "";
    private static readonly List<double> Told = [];
    private static int _faces;
    private static LabeledPicture[] _pictures = [];

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        (_model, _ready) = (MarkedModel.Write(Folder.File("model.zip")), Folder.File("ready.zip"));
        _pictures = [.. TestPictures.WriteLabeledSet(Folder.Path, 16).Select(item => new LabeledPicture(item.Path, item.IsFake, "", item.Path, item.Path))];
        _faces = ModelQuantization.Write(_model, Paths, _ready, new ToldAtOnce<double>(Told.Add));
    }

    private static string[] Paths => [.. _pictures.Select(picture => picture.Path)];

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void In_32_bits_the_scores_stay_as_they_are()
    {
        using var before = CDNetModel.Load(_model);
        using var after = CDNetModel.Load(_ready);

        Assert.IsTrue(after.IsSealed);
        CollectionAssert.AreEqual(before.Centres!.Fake, after.Centres!.Fake);
        Assert.AreEqual(before.Calibration, after.Calibration);
        CollectionAssert.AreEqual(Scores(before, ScoringPrecision.Full), Scores(after, ScoringPrecision.Full));
    }

    [TestMethod]
    public void In_8_bits_scores_differ_a_little_and_on_the_average_hardly()
    {
        using var model = CDNetModel.Load(_ready);

        var (full, eight) = (Scores(model, ScoringPrecision.Full), Scores(model, ScoringPrecision.EightBit));

        Assert.AreEqual(16, _faces);
        CollectionAssert.AreEqual(Enumerable.Range(1, 5 * 16).Select(i => i / 80.0).ToArray(), Told.Select(share => Math.Round(share, 9)).ToArray());
        CollectionAssert.AreNotEqual(full, eight);
        double[] differences = [.. full.Zip(eight, (one, other) => (double)other - one)];
        double Deviation(IReadOnlyCollection<double> numbers) => Math.Sqrt(numbers.Average(number => Math.Pow(number - numbers.Average(), 2)));
        Assert.IsLessThan(0.35 * Deviation([.. full.Select(score => (double)score)]), Deviation(differences), string.Join(" ", differences));
        Assert.AreEqual(0, differences.Average(), 0.5, "the features' mean was measured on these very faces");
    }

    [TestMethod]
    public void Same_pictures_give_the_same_scores_in_8_bits()
    {
        using var model = CDNetModel.Load(_ready);

        CollectionAssert.AreEqual(Scores(model, ScoringPrecision.EightBit, batch: 1), Scores(model, ScoringPrecision.EightBit, batch: 3));
    }

    [TestMethod]
    public void The_librarys_own_model_is_ready_and_its_scores_in_8_bits_are_near()
    {
        var photograph = Path.Combine(ChildProcess.Repository, "docs", "pictures", "astronaut.jpg");
        using var model = CDNetModel.LoadDefault();
        float Score(ScoringPrecision precision)
        {
            using var scorer = new BatchScorer(model, new BatchScoringOptions { Precision = precision });
            return scorer.ScoreAsync([photograph]).ToBlockingEnumerable().Single().Score;
        }

        Assert.IsTrue(model.HasInt8);
        var (full, eight) = (Score(ScoringPrecision.Full), Score(ScoringPrecision.EightBit));
        Assert.AreNotEqual(full, eight);
        // The scores of faces have a standard deviation of about 5.
        Assert.AreEqual(full, eight, 1.5f);
    }

    [TestMethod]
    public void What_changes_the_network_takes_the_settings_away_and_such_a_model_is_refused_by_name()
    {
        var (refit, mean, half) = (Folder.File("refit.zip"), Folder.File("mean.zip"), Folder.File("half.zip"));
        ProjectionRefit.Write(_ready, _pictures[..6], [], refit, new ProjectionRefitOptions { Shrinkages = [1] });
        ModelAverage.Write([_ready, refit], mean);
        HalfPrecisionModel.Write(_ready, half);

        foreach (var (file, hasInt8) in new[] { (refit, false), (mean, false), (half, true) })
        {
            using var model = CDNetModel.Load(file);
            Assert.AreEqual(hasInt8, model.HasInt8, file);
        }
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => BatchScorer.Load(refit, new BatchScoringOptions { Precision = ScoringPrecision.EightBit })).Message, refit);
    }

    [TestMethod]
    public void Settings_of_another_network_are_refused()
    {
        var ranges = new Dictionary<string, ActivationRange> { ["Relu_1000"] = new(0, 1) };
        Refuses(settings => settings with { Ranges = ranges });
        Refuses(settings => settings with { ChannelFactors = new Dictionary<string, byte[]>() });
        Refuses(settings => settings with { ChannelFactors = settings.ChannelFactors.ToDictionary(factors => factors.Key, factors => factors.Value[1..]) });

        static void Refuses(Func<Int8Settings, Int8Settings> change)
        {
            var strange = Folder.File("strange.zip");
            SavedModelRewriter.Write(_ready, strange, network =>
            {
                if (!FeatureGraph.IsIn(network))
                    return null;
                change(Int8Settings.Read(network, features: 200)!).AddTo(network);
                return network;
            });
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => BatchScorer.Load(strange, new BatchScoringOptions { Precision = ScoringPrecision.EightBit })).Message, "do not belong to this network");
        }
    }

    [TestMethod]
    public void Cancelled_it_writes_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => ModelQuantization.Write(_model, Paths, Folder.File("never.zip"), cancellation: cancellation.Token));

        Assert.IsFalse(File.Exists(Folder.File("never.zip")));
    }

    [TestMethod]
    public void Pictures_without_a_face_measure_nothing()
    {
        using var empty = TestPictures.Draw(128, 128, 1);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => ModelQuantization.Write(_model, [TestPictures.Save(empty, Folder.File("empty.png"))], Folder.File("never.zip")));

        StringAssert.Contains(error.Message, "Of 1 pictures 1 were looked at");
        Assert.IsFalse(File.Exists(Folder.File("never.zip")));
    }

    [TestMethod]
    public void Eight_bits_on_a_graphics_card_are_refused()
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new BatchScoringOptions { Precision = ScoringPrecision.EightBit, GpuDeviceId = 0 }.Validate()).Message, "GpuDeviceId 0");

    private static float[] Scores(CDNetModel model, ScoringPrecision precision, int batch = 2)
    {
        using var scorer = new BatchScorer(model, new BatchScoringOptions { Precision = precision, BatchSize = batch });
        return [.. scorer.ScoreAsync(Paths).ToBlockingEnumerable().Select(verdict => verdict.Score)];
    }
}
