using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Metrics;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Batching;
using CDNet.MLNet.Scoring.Evidence;
using Google.Protobuf;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>The paper's form of the library's own network, with a detector that finds the faces of drawn pictures, its last layer made to read every block.</summary>
[TestClass]
public sealed class ModelWideningTests
{
    private static readonly TempFolder Folder = new();
    private static string _narrow = "";
    private static string _wide = "";
    private static string _fitted = "";
    private static LabeledPicture[] _training = [];
    private static LabeledPicture[] _validation = [];
    private static ProjectionRefitReport? _report;

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        (_narrow, _wide, _fitted) = (MarkedModel.WriteNarrow(Folder.File("narrow.zip")), Folder.File("wide.zip"), Folder.File("fitted.zip"));
        ModelWidening.Write(_narrow, _wide);
        LabeledPicture[] all = [.. TestPictures.WriteLabeledSet(Folder.Path, 28).Select(item => new LabeledPicture(item.Path, item.IsFake, "", item.Path, item.Path))];
        (_training, _validation) = (all[..16], all[16..]);
        _report = ProjectionRefit.Write(_wide, _training, _validation, _fitted, new ProjectionRefitOptions { Shrinkages = [0.1, 1, 10] });
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void Scores_stay_as_they_are_before_the_layer_is_fitted()
    {
        using var narrow = CDNetModel.Load(_narrow);
        using var wide = CDNetModel.Load(_wide);

        Assert.IsTrue(wide.IsWide && !narrow.IsWide && wide.IsSealed);
        Assert.IsNull(wide.PartMeans);
        Assert.IsFalse(wide.HasInt8 || wide.HasFamiliarity);
        CollectionAssert.AreEqual(Scores(narrow, _validation), Scores(wide, _validation));
    }

    [TestMethod]
    public void Fitted_it_scores_as_the_report_says_in_every_way_of_scoring()
    {
        using var model = CDNetModel.Load(_fitted);
        bool[] labels = [.. _validation.Select(picture => picture.IsFake)];

        var scores = Scores(model, _validation);

        Assert.AreEqual(_report!.AucByShrinkage.Max(figure => figure.Auc), RankingMetrics.Auc(scores, labels), 0.03, "16-bit weights may exchange a face or two of 36 pairs");
        Assert.IsGreaterThan(_report.AucBefore, _report.AucByShrinkage.Max(figure => figure.Auc));
        Assert.AreEqual(SamLayout.Wide.Length, model.PartMeans!.Real.Length);
        using var batches = new BatchScorer(model, new BatchScoringOptions { BatchSize = 3 });
        var byBatches = batches.ScoreAsync(_validation.Select(picture => picture.Path)).ToBlockingEnumerable().Select(verdict => verdict.Score).ToArray();
        for (var i = 0; i < scores.Length; i++)
            Assert.AreEqual(scores[i], byBatches[i], 1e-3f);
    }

    [TestMethod]
    public void Means_of_both_classes_lie_at_their_centres()
    {
        // Clean pictures as they are: what was fitted to them lies where the fit says, along the line of the centres.
        var plain = Folder.File("plain.zip");
        ProjectionRefit.Write(_wide, _training, [], plain, new ProjectionRefitOptions { Shrinkages = [1], DegradedShare = 0 });
        using var model = CDNetModel.Load(plain);
        var projection = Projection.Read(plain);
        var centres = model.Centres!;
        double At(float[] vector) => projection.AlongLine(centres).Zip(vector, (weight, number) => weight * number).Sum();

        Assert.AreEqual(1, At(model.PartMeans!.Fake) - At(model.PartMeans.Real), 1e-2);
        Assert.AreNotEqual(0, projection.WeightBeyond.Sum(Math.Abs));
    }

    [TestMethod]
    public void Blocks_show_the_mean_the_scatter_and_the_largest_of_each_channel()
    {
        using var model = CDNetModel.Load(_wide);
        var crops = FaceCrops.Probe();
        var graph = model.Graph!.Build(ScorerGraph.Vector);
        var nodes = graph.Graph.Node;
        // Of the face's first block, and of the parts' tail.
        var (block, tail) = (Map(nodes.First(node => node.Name.EndsWith("_mean", StringComparison.Ordinal))), Map(nodes.Last(node => node.OpType == "ReduceMax")));
        foreach (var map in new[] { block, tail })
            graph.Graph.Output.Add(new ValueInfoProto { Name = map, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = graph.Graph.Output[0].Type.TensorType.ElemType } } });
        using var session = new CropSession(graph.ToByteArray(), 1);

        var found = session.Run([crops], ScorerGraph.Vector, block, tail);

        Assert.HasCount(SamLayout.Wide.Length, found[0]);
        var face = found[0][SamLayout.Wide.SpatialSlots(0)[1]];
        AssertShows(found[1], 128, (i, map) => (face[i], face[128 + i]), map => (map.Average(), Scatter(map)));
        var mouth = found[0][SamLayout.Wide.SpatialSlots(4)[1]];
        var pixels = found[2].Length / 4;
        AssertShows(found[2][(3 * pixels)..], 256, (i, map) => (mouth[^512..][i], mouth[^256..][i]), map => (Scatter(map), map.Max()));

        static string Map(NodeProto node) => node.Input[0];
        static double Scatter(float[] map) => Math.Sqrt(map.Sum(number => Math.Pow(number - map.Average(x => (double)x), 2)));
    }

    [TestMethod]
    public void Part_that_is_the_average_contributes_nothing_and_others_do()
    {
        using var fitted = CDNetModel.Load(_fitted);
        using var explainer = new FaceExplainer(fitted);
        using var picture = PictureReader.Read(_validation[0].Path);
        var parts = explainer.Explain(picture, "face", withMap: false).Single().Parts;
        Assert.IsTrue(parts.All(part => part.Spatial != 0 && part.Frequency != 0));

        float[] vector;
        using (var vectors = new NetworkVectors(fitted))
            vector = vectors.Read([(_validation[0].Path, new PictureView())], CancellationToken.None).Single()!;
        SavedModelRewriter.Write(_fitted, Folder.File("same.zip"), network =>
        {
            if (!FeatureGraph.IsIn(network))
                return null;
            new PartMeans(vector, vector).AddTo(network);
            return network;
        });
        using var same = CDNetModel.Load(Folder.File("same.zip"));
        using var nothing = new FaceExplainer(same);
        foreach (var part in nothing.Explain(picture, "face", withMap: false).Single().Parts)
            Assert.AreEqual((0f, 0f), (MathF.Round(part.Spatial, 2), MathF.Round(part.Frequency, 2)), part.Part);
    }

    [TestMethod]
    public void In_16_and_in_8_bits_scores_stay_near()
    {
        var (half, ready) = (Folder.File("half.zip"), Folder.File("ready.zip"));
        HalfPrecisionModel.Write(_fitted, half);
        ModelQuantization.Write(half, [.. _training.Select(picture => picture.Path)], ready);
        using var model = CDNetModel.Load(_fitted);
        using var eight = CDNetModel.Load(ready);
        using var scorer = new BatchScorer(eight, new BatchScoringOptions { Precision = ScoringPrecision.EightBit });

        float[] full = Scores(model, _training), halves = Scores(eight, _training);
        float[] bytes = [.. scorer.ScoreAsync(_training.Select(picture => picture.Path)).ToBlockingEnumerable().Select(verdict => verdict.Score)];

        var deviation = Deviation(full, new float[full.Length]);
        Assert.IsLessThan(0.01 * deviation, Deviation(full, halves));
        Assert.IsLessThan(0.35 * deviation, Deviation(full, bytes), string.Join(" ", full.Zip(bytes)));
    }

    [TestMethod]
    public void Mean_is_of_wide_or_of_narrow_models()
    {
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ModelAverage.Write([_narrow, _wide], Folder.File("never.zip"))).Message, "wide.zip: its last layer reads more");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ModelAverage.Write([_wide, _narrow], Folder.File("never.zip"))).Message, "narrow.zip: its last layer reads less");
        Assert.IsFalse(File.Exists(Folder.File("never.zip")));
        ModelAverage.Write([_fitted, _fitted], Folder.File("mean.zip"));
        CollectionAssert.AreEqual(Projection.Read(_fitted).WeightBeyond, Projection.Read(Folder.File("mean.zip")).WeightBeyond);
    }

    [TestMethod]
    public void Second_time_and_other_networks_are_refused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ModelWidening.Write(_wide, Folder.File("never.zip"))).Message, "wide.zip: its last layer reads every block already");
        var tiny = TinyModel.Write(Folder.File("tiny.zip"), Folder.File("tiny"));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ModelWidening.Write(tiny, Folder.File("never.zip"))).Message, tiny);
        Assert.IsFalse(File.Exists(Folder.File("never.zip")));
    }

    private static float[] Scores(CDNetModel model, LabeledPicture[] pictures) => [.. model.Score(pictures.Select(picture => picture.Path)).Select(verdict => verdict.Score)];

    private static double Deviation(float[] one, float[] other)
    {
        double[] differences = [.. one.Zip(other, (a, b) => (double)a - b)];
        return Math.Sqrt(differences.Average(number => Math.Pow(number - differences.Average(), 2)));
    }

    private static void AssertShows(float[] maps, int channels, Func<int, float[], (float, float)> found, Func<float[], (double, double)> expected)
    {
        var pixels = maps.Length / channels;
        for (var i = 0; i < channels; i++)
        {
            var map = maps[(i * pixels)..((i + 1) * pixels)];
            var ((one, two), (first, second)) = (found(i, map), expected(map));
            Assert.AreEqual(first, one, 1e-4 * Math.Max(1, Math.Abs(first)), $"channel {i}");
            Assert.AreEqual(second, two, 1e-4 * Math.Max(1, Math.Abs(second)), $"channel {i}");
        }
    }
}
