using CDNet.MLNet.Data;
using CDNet.MLNet.Metrics;
using CDNet.MLNet.Scoring;
using SkiaSharp;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>The library's own model, which knows people, with a detector that finds the faces of drawn pictures, which it has never seen.</summary>
[TestClass]
public sealed class ProjectionRefitTests
{
    private static readonly TempFolder Folder = new();
    private static string _model = "";
    private static LabeledPicture[] _training = [];
    private static LabeledPicture[] _validation = [];

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        _model = MarkedModel.Write(Folder.File("model.zip"));
        LabeledPicture[] all = [.. TestPictures.WriteLabeledSet(Folder.Path, 40).Select(item => new LabeledPicture(item.Path, item.IsFake, "", item.Path, item.Path))];
        (_training, _validation) = (all[..24], all[24..]);
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void Model_learns_pictures_of_another_kind_and_scores_as_the_report_says()
    {
        var done = new List<long>();

        var report = ProjectionRefit.Write(_model, _training, _validation, Folder.File("refit.zip"), new ProjectionRefitOptions { DegradedShare = 0.25 }, new ToldAtOnce<long>(done.Add));

        Assert.AreEqual((12L, 12L, 16), (report.Reals, report.Fakes, report.Validated));
        var best = report.AucByShrinkage.Max(figure => figure.Auc);
        Assert.AreEqual(best, report.AucByShrinkage.Single(figure => figure.Shrinkage == report.Shrinkage).Auc);
        Assert.IsGreaterThan(report.AucBefore, best);
        CollectionAssert.AreEqual(Enumerable.Range(1, 40).Select(i => (long)i).ToArray(), done);
        using var before = CDNetModel.Load(_model);
        using var refit = CDNetModel.Load(Folder.File("refit.zip"));
        Assert.IsTrue(refit.IsSealed);
        Assert.AreEqual(report.AucBefore, Auc(before), 1e-9);
        Assert.AreEqual(best, Auc(refit), 0.02, "16-bit weights may exchange two faces of 64 pairs");
        CollectionAssert.AreEqual(before.Centres!.Fake, refit.Centres!.Fake);
        CollectionAssert.AreNotEqual(before.PartMeans!.Fake, refit.PartMeans!.Fake);
    }

    [TestMethod]
    public void Real_pictures_from_elsewhere_score_on_the_average_as_the_real_ones_do()
    {
        string[] elsewhere = [.. Enumerable.Range(100, 12).Select(Pale)];
        var options = new ProjectionRefitOptions { Shrinkages = [0.1], DegradedShare = 0 };
        var plain = ProjectionRefit.Write(_model, _training, [], Folder.File("plain.zip"), options);
        var done = new List<long>();
        var blind = ProjectionRefit.Write(_model, _training, [], Folder.File("blind.zip"), options with { RealElsewhere = [elsewhere] }, new ToldAtOnce<long>(done.Add));

        Assert.AreEqual(24 + 12, done.Count);
        Assert.IsEmpty(plain.Elsewhere);
        Assert.AreEqual(12, blind.Elsewhere.Single());
        // In units of what lies between the classes.
        double Shift(string name)
        {
            using var model = CDNetModel.Load(Folder.File(name));
            double Mean(IEnumerable<string> paths) => model.Score(paths).Average(verdict => (double)verdict.Score!);
            var real = Mean(_training.Where(picture => !picture.IsFake).Select(picture => picture.Path));
            return (Mean(elsewhere) - real) / (Mean(_training.Where(picture => picture.IsFake).Select(picture => picture.Path)) - real);
        }
        var (with, without) = (Math.Abs(Shift("blind.zip")), Math.Abs(Shift("plain.zip")));
        Assert.IsLessThan(0.3 * without, with, $"{with} beside {without}");
    }

    [TestMethod]
    public void Sets_from_elsewhere_without_pictures_or_faces_are_refused()
    {
        using var empty = TestPictures.Draw(128, 128, 1);
        var none = TestPictures.Save(empty, Folder.File("faceless.png"));
        var options = new ProjectionRefitOptions { Shrinkages = [1], RealElsewhere = [[none]] };

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => ProjectionRefit.Write(_model, _training[..4], [], Folder.File("never.zip"), options)).Message, none);
        StringAssert.Contains(Assert.Throws<ArgumentException>((options with { RealElsewhere = [[]] }).Validate).Message, "RealElsewhere has a set without pictures");
        Assert.IsFalse(File.Exists(Folder.File("never.zip")));
    }

    [TestMethod]
    public void Same_seed_gives_the_same_model()
    {
        ProjectionRefit.Write(_model, _training[..6], [], Folder.File("one.zip"), new ProjectionRefitOptions { Shrinkages = [1], Seed = 5 });
        ProjectionRefit.Write(_model, _training[..6], [], Folder.File("two.zip"), new ProjectionRefitOptions { Shrinkages = [1], Seed = 5 });
        ProjectionRefit.Write(_model, _training[..6], [], Folder.File("other.zip"), new ProjectionRefitOptions { Shrinkages = [1], Seed = 6 });

        Assert.AreEqual(Score("one.zip"), Score("two.zip"));
        Assert.AreNotEqual(Score("one.zip"), Score("other.zip"));
    }

    [TestMethod]
    public void Several_shrinkages_need_validation_pictures_of_both_classes()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ProjectionRefit.Write(_model, _training, [.. _validation.Where(picture => picture.IsFake)], Folder.File("never.zip")));

        StringAssert.Contains(error.Message, "one shrinkage");
        Assert.IsFalse(File.Exists(Folder.File("never.zip")));
    }

    [TestMethod]
    public void Validation_pictures_of_which_one_class_has_no_face_choose_nothing()
    {
        using var empty = TestPictures.Draw(128, 128, 1);
        var none = new LabeledPicture(TestPictures.Save(empty, Folder.File("empty.png")), IsFake: true, "", "", "");

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => ProjectionRefit.Write(_model, _training, [none, _validation.First(picture => !picture.IsFake)], Folder.File("never.zip")));

        StringAssert.Contains(error.Message, "Of the 2 validation pictures 1 have a face");
        Assert.IsFalse(File.Exists(Folder.File("never.zip")));
    }

    [TestMethod]
    public void Pictures_without_a_face_are_left_out_and_a_class_without_any_is_refused()
    {
        using var empty = TestPictures.Draw(128, 128, 1);
        var none = new LabeledPicture(TestPictures.Save(empty, Folder.File("none.png")), IsFake: true, "", "", "");
        LabeledPicture[] reals = [.. _training.Where(picture => !picture.IsFake).Take(2)];

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => ProjectionRefit.Write(_model, [none, .. reals], [], Folder.File("never.zip"), new ProjectionRefitOptions { Shrinkages = [1] }));

        StringAssert.Contains(error.Message, "0 fake and 2 real");
        Assert.IsFalse(File.Exists(Folder.File("never.zip")));
    }

    [TestMethod]
    public void Model_of_another_network_is_refused_by_name()
    {
        var tiny = TinyModel.Write(Folder.File("tiny.zip"), Folder.File("tiny"));

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ProjectionRefit.Write(tiny, _training, _validation, Folder.File("never.zip"))).Message, tiny);
    }

    [TestMethod]
    public void Cancelled_it_writes_nothing()
    {
        using var cancellation = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => ProjectionRefit.Write(_model, _training, _validation, Folder.File("never.zip"), null, new ToldAtOnce<long>(_ => cancellation.Cancel()), cancellation.Token));

        Assert.IsFalse(File.Exists(Folder.File("never.zip")));
    }

    [TestMethod]
    [DataRow(0.0, 0.5)]
    [DataRow(double.NaN, 0.5)]
    [DataRow(1.0, 1.5)]
    public void Options_out_of_range_are_refused(double shrinkage, double degraded)
        => Assert.Throws<ArgumentException>(() => new ProjectionRefitOptions { Shrinkages = [shrinkage], DegradedShare = degraded }.Validate());

    /// <summary>A real one in a bright fog.</summary>
    private static string Pale(int seed)
    {
        using var bitmap = TestPictures.DrawLabeled(isFake: false, seed);
        using var canvas = new SKCanvas(bitmap);
        using var fog = new SKPaint { Color = new SKColor(255, 255, 255, 150) };
        using var face = new SKPaint { Color = new SKColor(230, 10, 10) };
        canvas.DrawRect(0, 0, bitmap.Width, bitmap.Height, fog);
        canvas.DrawRect(46, 46, 20, 20, face);
        return TestPictures.Save(bitmap, Folder.File($"pale-{seed}.png"));
    }

    private static double Auc(CDNetModel model)
        => RankingMetrics.Auc([.. model.Score(_validation.Select(picture => picture.Path)).Select(verdict => verdict.Score)], [.. _validation.Select(picture => picture.IsFake)]);

    private static float Score(string name)
    {
        using var model = CDNetModel.Load(Folder.File(name));
        return model.Score([_validation[0].Path]).Single().Score;
    }
}
