using CDNet.MLNet.Cluster;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Torch.Tests;

/// <summary>The four components in one chain, at the paper's sizes, trained once on drawn pictures.</summary>
[TestClass]
public sealed class PipelineTests
{
    private static readonly MLContext Context = new(1);
    private static readonly TempFolder Folder = new();
    private static TransformerChain<ClusterDecisionTransformer> _model = null!;
    private static IDataView _data = null!;
    private static string _zip = "";
    private static Output[] _scores = [];

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        var pictures = TestPictures.WriteLabeledSet(Folder.Path, 20);
        _data = Context.Data.LoadFromEnumerable(pictures.Select(item => new Input { Path = item.Path, Label = item.IsFake }));
        _model = Chain().Fit(_data);
        _zip = Folder.File("model.zip");
        Context.Model.Save(_model, _data.Schema, _zip);
        _scores = Score(_model, _data);
    }

    [ClassCleanup]
    public static void Remove()
    {
        _model.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    public void Evaluate_gives_an_auc_from_the_columns_of_mlnet()
    {
        var metrics = Context.BinaryClassification.Evaluate(_model.Transform(_data));

        Assert.IsGreaterThan(0.7, metrics.AreaUnderRocCurve, "stripes are learned in a few steps");
    }

    [TestMethod]
    public void Model_with_16_bit_weights_is_half_as_large_and_scores_nearly_the_same()
    {
        var paths = Directory.GetFiles(Folder.Path, "*.png", SearchOption.AllDirectories);
        HalfPrecisionModel.Write(_zip, Folder.File("half.zip"));
        using var full = CDNetModel.Load(_zip);
        using var half = CDNetModel.Load(Folder.File("half.zip"));

        Assert.IsLessThan(0.6 * new FileInfo(_zip).Length, new FileInfo(Folder.File("half.zip")).Length);
        Assert.AreEqual(full.Parameters, half.Parameters);
        CollectionAssert.AreEqual(full.Centres!.Fake, half.Centres!.Fake);
        var pairs = full.Score(paths).Zip(half.Score(paths)).ToArray();
        foreach (var (expected, found) in pairs)
            Assert.AreEqual(expected.Score, found.Score, 0.02f * Math.Max(1, Math.Abs(expected.Score)), expected.Path);
        Assert.IsTrue(pairs.Any(pair => pair.First.Score != pair.Second.Score), "the weights were rounded");
    }

    [TestMethod]
    public void Loaded_model_gives_the_same_bits_in_a_process_without_libtorch()
    {
        var paths = _data.GetColumn<string>("Path").Take(6).ToArray();

        var (code, output, errors) = ChildProcess.Run(ChildProcess.Find("tests/ModelConsumer", "ModelConsumer"), [_zip, .. paths]);

        Assert.AreEqual(0, code, errors);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < paths.Length; i++)
        {
            var bits = $"{paths[i]}\t{BitConverter.SingleToInt32Bits(_scores[i].Score):x8}\t{BitConverter.SingleToInt32Bits(_scores[i].Probability):x8}\t{_scores[i].PredictedLabel}";
            Assert.AreEqual(bits, lines[i]);
        }
        Assert.AreEqual("heavy libraries: 0", lines[^1]);
        var folder = Path.GetDirectoryName(ChildProcess.Find("tests/ModelConsumer", "ModelConsumer"))!;
        Assert.IsEmpty(Directory.EnumerateFiles(folder, "*torch*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void Scores_are_the_same_alone_reversed_and_from_four_threads()
    {
        var rows = Context.Data.CreateEnumerable<Input>(_data, reuseRowObject: false).ToArray();
        using var loaded = (TransformerChain<ITransformer>)Context.Model.Load(_zip, out _);
        var expected = _scores.Select(Bits).ToArray();

        CollectionAssert.AreEqual(expected, Score(loaded, Context.Data.LoadFromEnumerable(rows.Reverse())).Reverse().Select(Bits).ToArray());
        CollectionAssert.AreEqual(expected[7..8], Score(loaded, Context.Data.LoadFromEnumerable([rows[7]])).Select(Bits).ToArray());
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            using var engine = Context.Model.CreatePredictionEngine<Input, Output>(loaded, new PredictionEngineOptions { OwnsTransformer = false });
            for (var i = 0; i < 10; i++)
                Assert.AreEqual(expected[i], Bits(engine.Predict(rows[i])));
        });
    }

    [TestMethod]
    public void Every_face_of_a_picture_is_scored_by_the_saved_model_and_the_first_as_in_the_pipeline()
    {
        using var two = TestPictures.Draw(256, 128, 5, (40, 56, 20), (200, 72, 20));
        using var none = TestPictures.Draw(128, 128, 6);
        string[] paths = [TestPictures.Save(none, Folder.File("x/none.png")), TestPictures.Save(two, Folder.File("x/two.png")), Folder.File("x/missing.png"), .. _data.GetColumn<string>("Path")];
        using var model = CDNetModel.Load(_zip);

        var verdicts = model.Score(paths).ToArray();

        Assert.AreEqual(Verdict.NoFace, verdicts[0].Verdict);
        Assert.IsTrue(float.IsNaN(verdicts[0].Score));
        var faces = verdicts.Where(verdict => verdict.Path == paths[1]).ToArray();
        CollectionAssert.AreEqual(Enumerable.Range(0, faces.Length).ToArray(), faces.Select(face => face.Face).ToArray());
        Assert.IsGreaterThanOrEqualTo(2, faces.Length);
        StringAssert.Contains(verdicts.Single(verdict => verdict.Path == paths[2]).Error!, "no such file");
        var firstFaces = verdicts.Where(verdict => verdict.Face == 0).ToArray();
        CollectionAssert.AreEqual(paths, firstFaces.Select(verdict => verdict.Path).ToArray());
        CollectionAssert.AreEqual(_scores.Select(row => row.Score).ToArray(), firstFaces.Skip(3).Select(verdict => verdict.Score).ToArray());
    }

    [TestMethod]
    public void Picture_without_a_face_has_no_score_and_is_not_called_real_silently()
    {
        using var none = TestPictures.Draw(128, 128, 6);
        var row = Score(_model, Context.Data.LoadFromEnumerable([new Input { Path = TestPictures.Save(none, Folder.File("none.png")) }])).Single();

        Assert.IsTrue(float.IsNaN(row.Score) && float.IsNaN(row.Probability));
        Assert.AreEqual(0f, row.FaceConfidence);
        Assert.IsFalse(row.PredictedLabel);
    }

    [TestMethod]
    public void Centres_and_training_facts_are_read_from_the_zip()
    {
        using var model = CDNetModel.Load(_zip);

        CollectionAssert.AreEqual(_model.LastTransformer.Centres.Fake, model.Centres!.Fake);
        CollectionAssert.AreEqual(_model.LastTransformer.Centres.Real, ModelCentres.Find(_zip)!.Real);
        StringAssert.Contains(model.TrainingJson!, "\"trainingRows\"");
        Assert.AreEqual("marker.onnx", model.CropOptions.Detector!.Name);
    }

    [TestMethod]
    public void Whole_method_as_one_trainer_gives_the_scores_of_the_chain()
    {
        var options = new CDNetOptions { Crops = Crops(), Training = Training() };
        using var model = Context.Transforms.LoadPictures().Append(Context.BinaryClassification.Trainers.CDNet(options)).Fit(_data);

        CollectionAssert.AreEqual(_scores.Select(Bits).ToArray(), Score(model, _data).Select(Bits).ToArray());
        Assert.AreEqual(0, model.LastTransformer.Report.RowsWithoutFace);
    }

    [TestMethod]
    public void Trained_on_a_prepared_set_it_is_the_same_model_and_scores_pictures_and_the_set_alike()
    {
        var list = Folder.File("prepared/list.csv");
        File.WriteAllLines(list, ["path,label", .. Context.Data.CreateEnumerable<Input>(_data, reuseRowObject: false).Select(row => $"{row.Path},{(row.Label ? "fake" : "real")}")]);
        SetPreparer.Run(PictureSet.Open(list), Folder.File("prepared/set"), new PrepareOptions { Crops = Crops(), PartRows = 16 });
        var set = PreparedSet.Open(Folder.File("prepared/set"));
        var crops = Context.Transforms.DecodeCrops().Fit(set.Load()).Transform(set.Load());

        using var method = Context.BinaryClassification.Trainers.CDNet(new CDNetOptions { Crops = set.CropOptions, Training = Training() }).FitCrops(crops);
        using var model = new TransformerChain<ITransformer>(Context.Transforms.LoadPictures().Fit(_data), method);

        CollectionAssert.AreEqual(_scores.Select(Bits).ToArray(), Score(model, _data).Select(Bits).ToArray(), "a saved set has every bit of the pictures' crops");
        using var saved = CDNetModel.Load(_zip);
        using var scorer = new BatchScorer(saved);
        var verdicts = scorer.ScoreAsync(set).ToBlockingEnumerable().ToArray();
        foreach (var (expected, found) in _scores.Zip(verdicts))
            Assert.AreEqual(expected.Score, found.Verdict.Score, 1e-5f * Math.Max(1, Math.Abs(expected.Score)), found.Picture.Path);
        CollectionAssert.AreEqual(_data.GetColumn<bool>("Label").ToArray(), verdicts.Select(row => row.Picture.IsFake).ToArray());
        Assert.AreEqual(saved.Score([_data.GetColumn<string>("Path").First()]).First().Detection, verdicts[0].Verdict.Detection);
        using var twice = new BatchScorer(saved, new BatchScoringOptions { Looks = 2 });
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => twice.ScoreAsync(set)).Message, "Looks is 2: the faces of a prepared set are cut out already");
        using var other = TestPictures.DrawLabeled(false, 1);
        TestPictures.Save(other, Folder.File("prepared/other/real/a.png"));
        SetPreparer.Run(PictureSet.Open(Folder.File("prepared/other")), Folder.File("prepared/otherSet"), new PrepareOptions { Crops = Crops() with { GrowAbove = 0.3f } });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => scorer.ScoreAsync(PreparedSet.Open(Folder.File("prepared/otherSet")))).Message, "GrowAbove");
    }

    [TestMethod]
    public void Cross_validation_trains_and_scores_each_fold()
    {
        var data = Context.Data.TakeRows(_data, 16);

        var folds = Context.BinaryClassification.CrossValidate(data, Chain(Training() with { EpochsStage1 = 1 }), numberOfFolds: 2);

        Assert.HasCount(2, folds);
        Assert.IsTrue(folds.All(fold => double.IsFinite(fold.Metrics.AreaUnderRocCurve)));
    }

    [TestMethod]
    public void Schema_shape_of_the_chain_agrees_with_the_fitted_schema()
    {
        var chain = Context.BinaryClassification.Trainers.CDNet(new CDNetOptions { Crops = Crops() });
        var shape = chain.GetOutputSchema(new SchemaShape([SchemaShapes.Image(FaceColumns.Image), SchemaShapes.Scalar<bool>("Label", BooleanDataViewType.Instance)]));

        foreach (var column in _model.GetOutputSchema(_data.Schema).Where(column => shape.Any(promised => promised.Name == column.Name)))
        {
            var itemType = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
            Assert.AreEqual(itemType.RawType, shape.Single(promised => promised.Name == column.Name).ItemType.RawType, column.Name);
        }
        Assert.IsTrue(shape.Any(column => column.Name == "Features"));
    }

    private static EstimatorChain<ClusterDecisionTransformer> Chain(SamFeatureOptions? training = null)
        => Context.Transforms.LoadPictures()
            .Append(Context.Transforms.CropFaceParts(options: Crops()))
            .Append(Context.Transforms.DctAmplitude())
            .Append(Context.Transforms.SamFeatures(training ?? Training()))
            .Append(Context.BinaryClassification.Trainers.ClusterDecision());

    private static FacePartCropOptions Crops() => new() { Detector = MarkerDetector.Create() };

    private static SamFeatureOptions Training()
        => new() { EpochsStage1 = 3, EpochsStage2 = 1, BatchSize = 8, LearningRate = 1e-3, ValidationFraction = 0.2, BatchNormBatches = 4 };

    private static Output[] Score(ITransformer model, IDataView data) => [.. Context.Data.CreateEnumerable<Output>(model.Transform(data), reuseRowObject: false)];

    private static (int, int, bool) Bits(Output row) => (BitConverter.SingleToInt32Bits(row.Score), BitConverter.SingleToInt32Bits(row.Probability), row.PredictedLabel);

    private sealed class Input
    {
        public string Path { get; set; } = "";

        public bool Label { get; set; }
    }

    private sealed class Output
    {
        public string Path { get; set; } = "";

        public float FaceConfidence { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }
}
