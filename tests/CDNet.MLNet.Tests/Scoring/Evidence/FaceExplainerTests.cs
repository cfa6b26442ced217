using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Batching;
using CDNet.MLNet.Scoring.Evidence;
using Google.Protobuf;

namespace CDNet.MLNet.Tests.Scoring.Evidence;

/// <summary>The library's own model with a detector that finds the faces of drawn pictures.</summary>
[TestClass]
public sealed class FaceExplainerTests
{
    private static readonly TempFolder Folder = new();
    private static string _plain = "";
    private static string _measured = "";
    private static (string Path, bool IsFake)[] _pictures = [];

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        _plain = MarkedModel.Write(Folder.File("plain.zip"));
        SavedModelRewriter.Write(_plain, _plain, WithoutMeans);
        _pictures = [.. TestPictures.WriteLabeledSet(Folder.Path, 12).Select(item => (item.Path, item.IsFake))];
        _measured = Folder.File("measured.zip");
        Assert.AreEqual((6L, 6L), PartMeansWriter.Write(_plain, _pictures, _measured));
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void Verdict_is_that_of_the_model_and_the_numbers_are_there()
    {
        using var model = CDNetModel.Load(_measured);
        using var explainer = new FaceExplainer(model);

        var evidence = explainer.Explain(_pictures[0].Path).Single();

        var expected = model.Score([_pictures[0].Path]).Single();
        Assert.AreEqual(expected.Score, evidence.Verdict.Score, 1e-4f);
        Assert.AreEqual(expected.Detection, evidence.Verdict.Detection);
        Assert.AreEqual(CDNet.MLNet.Cluster.ClusterDecision.Score(evidence.DistanceToReal!.Value, evidence.DistanceToFake!.Value, CDNet.MLNet.Cluster.ClusterScoreForm.Difference), evidence.Verdict.Score, 1e-3);
        CollectionAssert.AreEqual(FaceColumns.Crops.ToArray(), evidence.Parts.Select(part => part.Part).ToArray());
        Assert.AreEqual((8, 64), (evidence.Occlusion.Side, evidence.Occlusion.Contributions.Count));
        Assert.IsTrue(evidence.Parts.All(part => part.Amplitudes.Count == 128 && part.RealAmplitudes.Count == 128 && part.FakeAmplitudes.Count == 128));
        Assert.IsTrue(evidence.Parts.Any(part => part.Contribution != 0) && evidence.Occlusion.Contributions.Any(cell => cell != 0));
        Assert.IsTrue(evidence.FaceSquare.Width > evidence.PartSquares[0].Width);
    }

    [TestMethod]
    public void Without_the_map_the_rest_is_the_same_also_where_several_threads_ask()
    {
        using var model = CDNetModel.Load(_measured);
        using var whole = new FaceExplainer(model);
        using var explainer = new FaceExplainer(model, threads: 1);
        FaceEvidence Explain(string path)
        {
            using var picture = PictureReader.Read(path);
            return explainer.Explain(picture, path, withMap: false).Single();
        }

        var found = _pictures.Take(6).AsParallel().AsOrdered().WithDegreeOfParallelism(3).Select(picture => Explain(picture.Path)).ToArray();

        foreach (var (evidence, expected) in found.Zip(_pictures.Take(2).Select(picture => whole.Explain(picture.Path).Single())))
        {
            Assert.AreEqual((0, 0), (evidence.Occlusion.Side, evidence.Occlusion.Contributions.Count));
            Assert.AreEqual(expected.Verdict.Score, evidence.Verdict.Score, 1e-4f);
            Assert.AreEqual(expected.DistanceToFake!.Value, evidence.DistanceToFake!.Value, 1e-3f);
            foreach (var (part, other) in evidence.Parts.Zip(expected.Parts))
                Assert.AreEqual(other.Contribution, part.Contribution, 1e-4f);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaceExplainer(model, threads: 0));
    }

    [TestMethod]
    public void Explaining_that_is_cancelled_ends()
    {
        using var model = CDNetModel.Load(_plain);
        using var explainer = new FaceExplainer(model);
        using var picture = PictureReader.Read(_pictures[0].Path);

        Assert.Throws<OperationCanceledException>(() => explainer.Explain(picture, "a", cancellation: new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public void Part_that_is_the_average_contributes_nothing()
    {
        using (var model = CDNetModel.Load(_plain))
        using (var session = new CropSession(model.Graph!.Build(ScorerGraph.Vector).ToByteArray(), 1))
        using (var picture = PictureReader.Read(_pictures[3].Path))
        {
            var face = model.Detector.Detect(PixelView.Of(picture), model.CropOptions).Single();
            var vector = session.Run([FaceCrops.Cut(PixelView.Of(picture), face, model.CropOptions)], ScorerGraph.Vector)[0];
            SavedModelRewriter.Write(_plain, Folder.File("same.zip"), network =>
            {
                if (ModelArchive.Metadata(network, FeatureGraph.TrainingKey) is null)
                    return null;
                new PartMeans(vector, vector).AddTo(network);
                return network;
            });
        }
        using var same = CDNetModel.Load(Folder.File("same.zip"));
        using var explainer = new FaceExplainer(same);

        foreach (var part in explainer.Explain(_pictures[3].Path).Single().Parts)
        {
            Assert.AreEqual(0, part.Contribution, 1e-4f, part.Part);
            Assert.AreEqual((0f, 0f), (MathF.Round(part.Spatial, 3), MathF.Round(part.Frequency, 3)), part.Part);
        }
    }

    [TestMethod]
    public void Means_do_not_change_scores_and_are_replaced_by_later_ones()
    {
        PartMeansWriter.Write(_measured, _pictures.Take(4), Folder.File("again.zip"));
        using var plain = CDNetModel.Load(_plain);
        using var measured = CDNetModel.Load(_measured);
        using var again = CDNetModel.Load(Folder.File("again.zip"));

        Assert.IsNull(plain.PartMeans);
        CollectionAssert.AreNotEqual(measured.PartMeans!.Real, again.PartMeans!.Real);
        foreach (var (path, _) in _pictures)
            Assert.AreEqual(plain.Score([path]).Single().Score, measured.Score([path]).Single().Score);
    }

    [TestMethod]
    public void Without_means_places_are_explained_and_parts_are_not()
    {
        using var model = CDNetModel.Load(_plain);
        using var explainer = new FaceExplainer(model);

        var evidence = explainer.Explain(_pictures[0].Path).Single();

        Assert.IsEmpty(evidence.Parts);
        Assert.HasCount(64, evidence.Occlusion.Contributions);
    }

    [TestMethod]
    public void Picture_without_a_face_has_no_evidence_and_a_class_without_faces_no_mean()
    {
        using var drawn = TestPictures.Draw(128, 128, 6);
        var none = TestPictures.Save(drawn, Folder.File("none.png"));
        using var model = CDNetModel.Load(_measured);
        using var explainer = new FaceExplainer(model);

        Assert.IsEmpty(explainer.Explain(none));
        var error = Assert.Throws<InvalidOperationException>(() => PartMeansWriter.Write(_plain, [(none, true), (_pictures.First(item => !item.IsFake).Path, false)], Folder.File("never.zip")));
        StringAssert.Contains(error.Message, "0 fake and 1 real");
        Assert.IsFalse(File.Exists(Folder.File("never.zip")));
    }

    [TestMethod]
    public void Cover_hides_the_same_place_of_the_picture_in_every_crop()
    {
        var crops = FaceCrops.Probe();
        // The picture is 299 wide, the right eye's crop shows 64 pixels of it from (100, 50) on.
        FaceBox[] parts = [new(100, 50, 64, 64), new(200, 50, 64, 64), new(150, 120, 64, 64), new(150, 200, 64, 64)];
        var covered = new Occluder(crops, new FaceBox(0, 0, 299, 299), parts).Cover(new FaceBox(90, 40, 20, 20));

        Assert.AreEqual(20 * 20, Changed(crops.Face, covered.Face, 299, (90, 40, 110, 60)));
        Assert.AreEqual(10 * 10, Changed(crops.RightEye, covered.RightEye, 64, (0, 0, 10, 10)));
        Assert.AreSame(crops.LeftEye, covered.LeftEye);
        Assert.AreSame(crops.Mouth, covered.Mouth);

        static int Changed(byte[] before, byte[] after, int side, (int Left, int Top, int Right, int Bottom) place)
        {
            var count = 0;
            for (var i = 0; i < side * side; i++)
            {
                var (x, y) = (i % side, i / side);
                var isInside = x >= place.Left && x < place.Right && y >= place.Top && y < place.Bottom;
                if (!isInside)
                    Assert.AreEqual(before[i], after[i], $"({x},{y})");
                else if (after[i] == after[place.Top * side + place.Left])
                    count++;
            }
            return count;
        }
    }

    private static ModelProto? WithoutMeans(ModelProto model)
    {
        foreach (var entry in model.MetadataProps.Where(entry => entry.Key.StartsWith("cdnet.vector.", StringComparison.Ordinal)).ToArray())
            model.MetadataProps.Remove(entry);
        return model;
    }
}
