using CDNet.MLNet.Calibration;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>How familiar faces are to the library's own model, after its parts were measured and it was calibrated on drawn pictures.</summary>
[TestClass]
public sealed class FamiliarityTests
{
    private static readonly ScoreCalibration Calibration = new(1, 0, 0);
    private static readonly TempFolder Folder = new();
    private static string _plain = "";
    private static string _measured = "";
    private static string _calibrated = "";
    private static string[] _paths = [];
    private static float[] _distances = [];

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        var pictures = TestPictures.WriteLabeledSet(Folder.Path, 8).Select(item => (item.Path, item.IsFake)).ToArray();
        _paths = [.. pictures.Select(picture => picture.Path)];
        PartMeansWriter.Write(_plain = MarkedModel.Write(Folder.File("plain.zip")), pictures, _measured = Folder.File("measured.zip"));
        using var model = CDNetModel.Load(_measured);
        _distances = [.. Score(model).Select(verdict => verdict.Distance)];
        // The first face lies in the middle of those of the calibration, with 30 of 100 beyond it.
        model.SaveCalibrated(Calibration, _calibrated = Folder.File("calibrated.zip"), Around(_distances[0]));
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void Measured_faces_lie_about_one_standard_deviation_away()
    {
        // Each face lies nearer to the nearer class than to its own, so at most one, on the average of squares.
        Assert.IsInRange(0.5, 1 + 1e-3, Math.Sqrt(_distances.Average(distance => (double)distance * distance)));
        Assert.IsTrue(_distances.Distinct().Count() > 1);
    }

    [TestMethod]
    public void Every_way_of_scoring_gives_the_same()
    {
        using var model = CDNetModel.Load(_calibrated);
        using var explainer = new FaceExplainer(model);
        Assert.IsTrue(model.HasFamiliarity);
        var verdicts = Score(model);

        Assert.AreEqual(0.3f, verdicts[0].Familiarity, 0.011f);
        foreach (var (verdict, row) in verdicts.Zip(model.Score(_paths)))
        {
            Assert.AreEqual(verdict.Distance, row.Distance, 1e-3f * verdict.Distance);
            Assert.AreEqual(verdict.Familiarity, row.Familiarity, 0.011f);
        }
        Assert.AreEqual(verdicts[0].Familiarity, explainer.Explain(_paths[0]).Single().Verdict.Familiarity, 0.011f);
    }

    [TestMethod]
    public void Model_that_comes_with_the_library_knows_faces_of_photographs_also_in_eight_bits_and_drawn_ones_as_strange()
    {
        using var model = CDNetModel.LoadDefault();
        using var drawn = CDNetModel.Load(_plain);
        FaceVerdict Photograph(ScoringPrecision precision)
        {
            using var scorer = new BatchScorer(model, new BatchScoringOptions { Precision = precision });
            return scorer.ScoreAsync([Path.Combine(AppContext.BaseDirectory, "Photographs", "astronaut.jpg")]).ToBlockingEnumerable().First();
        }

        var (full, eight) = (Photograph(ScoringPrecision.Full), Photograph(ScoringPrecision.EightBit));

        Assert.IsFalse(full.IsUnfamiliar);
        Assert.AreEqual(full.Distance, eight.Distance, 0.1f * full.Distance);
        Assert.AreNotEqual(full.Distance, eight.Distance, "else nothing is shown");
        Assert.IsTrue(Score(drawn).All(verdict => verdict.IsUnfamiliar));
    }

    [TestMethod]
    public void Face_that_lies_beyond_all_of_the_calibration_is_unfamiliar()
    {
        using var model = CDNetModel.Load(_measured);
        model.SaveCalibrated(Calibration, Folder.File("narrow.zip"), Enumerable.Range(0, 200).Select(i => _distances.Min() * i / 200));
        using var narrow = CDNetModel.Load(Folder.File("narrow.zip"));

        Assert.IsTrue(Score(narrow).All(verdict => verdict is { IsUnfamiliar: true, Familiarity: 0, Verdict: not null }));
    }

    [TestMethod]
    public void Not_known_before_a_calibration_with_distances_and_kept_by_one_without()
    {
        using var measured = CDNetModel.Load(_measured);
        Assert.IsFalse(measured.HasFamiliarity);
        Assert.IsTrue(Score(measured).All(verdict => float.IsNaN(verdict.Familiarity) && !verdict.IsUnfamiliar));
        using var calibrated = CDNetModel.Load(_calibrated);
        calibrated.SaveCalibrated(new ScoreCalibration(2, 0, 0), Folder.File("again.zip"));
        using var again = CDNetModel.Load(Folder.File("again.zip"));
        CollectionAssert.AreEqual(Score(calibrated).Select(verdict => verdict.Familiarity).ToArray(), Score(again).Select(verdict => verdict.Familiarity).ToArray());
        calibrated.SaveCalibrated(Calibration, Folder.File("few.zip"), [1, 2, 3]);
        Assert.IsTrue(CDNetModel.Load(Folder.File("few.zip")).HasFamiliarity, "three faces replace nothing");
    }

    [TestMethod]
    public void Parts_that_are_measured_anew_make_the_scale_void()
    {
        PartMeansWriter.Write(_calibrated, LabeledPaths(), Folder.File("anew.zip"));
        using var anew = CDNetModel.Load(Folder.File("anew.zip"));

        Assert.IsFalse(anew.HasFamiliarity);
        Assert.IsNotNull(anew.PartMeans!.Deviations);
    }

    [TestMethod]
    public void Copies_with_other_weights_or_ranges_keep_what_still_holds()
    {
        HalfPrecisionModel.Write(_calibrated, Folder.File("half.zip"));
        ModelQuantization.Write(_calibrated, _paths, Folder.File("eight.zip"));
        ModelAverage.Write([_calibrated, _calibrated], Folder.File("mean.zip"));

        foreach (var (file, holds) in new[] { ("half.zip", true), ("eight.zip", true), ("mean.zip", false) })
        {
            using var copy = CDNetModel.Load(Folder.File(file));
            Assert.AreEqual(holds, copy.HasFamiliarity, file);
        }
    }

    private static IEnumerable<(string, bool)> LabeledPaths() => _paths.Select((path, i) => (path, i % 2 == 0));

    private static FaceVerdict[] Score(CDNetModel model, BatchScoringOptions? options = null)
    {
        using var scorer = new BatchScorer(model, options);
        return [.. scorer.ScoreAsync(_paths).ToBlockingEnumerable()];
    }

    private static float[] Around(float distance) => [.. Enumerable.Range(0, 70).Select(i => distance * (0.2f + i * 0.01f)), .. Enumerable.Range(0, 30).Select(i => distance * (1.1f + i * 0.01f))];
}
