using CDNet.MLNet.Cluster;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Frequency;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Pipeline;

/// <summary>The components that need no training network, chained, saved and loaded: the amplitudes serve as features.</summary>
[TestClass]
public sealed class SavedPipelineTests
{
    private const int Count = 24;

    private readonly MLContext _context = new(1);
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Cluster_decision_behind_another_featurizer_tells_stripes_from_noise()
    {
        var (model, data) = Fit();

        var metrics = _context.BinaryClassification.Evaluate(model.Transform(data));

        Assert.IsGreaterThan(0.95, metrics.AreaUnderRocCurve);
    }

    [TestMethod]
    public void Loaded_model_gives_the_same_bits_in_another_process_that_does_not_know_it()
    {
        var (model, data) = Fit(isMasked: false);
        var zip = Save(model, data);
        var paths = data.GetColumn<string>("Path").ToArray();
        var expected = Score(model, data);

        var (code, output, errors) = ChildProcess.Run(ChildProcess.Find("tests/ModelConsumer", "ModelConsumer"), [zip, .. paths]);

        Assert.AreEqual(0, code, errors);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < paths.Length; i++)
        {
            var bits = $"{paths[i]}\t{BitConverter.SingleToInt32Bits(expected[i].Score):x8}\t{BitConverter.SingleToInt32Bits(expected[i].Probability):x8}\t{expected[i].PredictedLabel}";
            Assert.AreEqual(bits, lines[i]);
        }
        Assert.AreEqual("heavy libraries: 0", lines[^1]);
    }

    [TestMethod]
    public void Scores_do_not_depend_on_order_company_or_loading()
    {
        var (model, data) = Fit();
        var loaded = _context.Model.Load(Save(model, data), out _);
        var all = Score(model, data);
        var rows = Rows(data).ToArray();

        var reversed = Score(loaded, _context.Data.LoadFromEnumerable(rows.Reverse()));
        CollectionAssert.AreEqual(all.Select(Bits).ToArray(), reversed.Reverse().Select(Bits).ToArray());
        for (var i = 0; i < rows.Length; i += 5)
            Assert.AreEqual(Bits(all[i]), Bits(Score(loaded, _context.Data.LoadFromEnumerable([rows[i]])).Single()));
    }

    [TestMethod]
    public void Four_threads_with_engines_of_their_own_give_the_same_scores()
    {
        var (model, data) = Fit();
        var expected = Score(model, data);
        var rows = Rows(data).ToArray();
        var options = new PredictionEngineOptions { OwnsTransformer = false };

        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            using var engine = _context.Model.CreatePredictionEngine<Input, Output>(model, options);
            for (var i = 0; i < rows.Length; i++)
                Assert.AreEqual(Bits(expected[i]), Bits(engine.Predict(rows[i])));
        });
    }

    [TestMethod]
    public void Picture_without_a_face_or_unreadable_has_no_score_and_is_not_called_fake()
    {
        var (model, _) = Fit();
        using var empty = TestPictures.Draw(128, 128, 9);
        var broken = _folder.File("broken.jpg");
        File.WriteAllText(broken, "this is no picture");
        string[] paths = [TestPictures.Save(empty, _folder.File("empty.png")), broken, _folder.File("missing.jpg")];

        var scored = Score(model, _context.Data.LoadFromEnumerable(paths.Select(path => new Input { Path = path })));

        foreach (var row in scored)
        {
            Assert.IsTrue(float.IsNaN(row.Score), row.Path);
            Assert.IsTrue(float.IsNaN(row.Probability), row.Path);
            Assert.IsFalse(row.PredictedLabel, row.Path);
            Assert.AreEqual(0f, row.FaceConfidence, row.Path);
        }
        Assert.AreEqual("", scored[0].ImageError);
        StringAssert.Contains(scored[1].ImageError, "broken.jpg");
        StringAssert.Contains(scored[2].ImageError, "no such file");
    }

    [TestMethod]
    public void Centres_are_read_from_the_fitted_and_from_the_loaded_model()
    {
        var (model, data) = Fit();
        var loaded = _context.Model.Load(Save(model, data), out _);

        var fitted = model.LastTransformer.Centres;

        foreach (var centres in new[] { ModelCentres.Find(model), ModelCentres.Find(loaded), ModelCentres.Find(Save(model, data)) })
        {
            CollectionAssert.AreEqual(fitted.Fake, centres!.Fake);
            CollectionAssert.AreEqual(fitted.Real, centres.Real);
        }
    }

    [TestMethod]
    public void Model_made_of_stock_parts_alone_has_no_centres()
    {
        var data = _context.Data.LoadFromEnumerable([new Input { Path = "a" }]);
        var model = _context.Transforms.CopyColumns("Copy", "Path").Fit(data);

        Assert.IsNull(ModelCentres.Find(model));
    }

    [TestMethod]
    public void Stock_LoadImages_serves_as_well_and_cross_validation_and_calibration_work()
    {
        var data = Write();
        var pipeline = _context.Transforms.LoadImages("Image", null, "Path").Append(Featurizer())
            .Append(_context.BinaryClassification.Trainers.ClusterDecision())
            .Append(_context.BinaryClassification.Calibrators.Platt(labelColumnName: "Label", scoreColumnName: "Score"));

        var folds = _context.BinaryClassification.CrossValidate(data, pipeline, numberOfFolds: 2);

        Assert.IsTrue(folds.All(fold => fold.Metrics.AreaUnderRocCurve > 0.9));
    }

    [TestMethod]
    public void Resized_pictures_upstream_are_taken()
    {
        var data = Write();
        var pipeline = _context.Transforms.LoadImages("Loaded", null, "Path").Append(_context.Transforms.ResizeImages("Image", 160, 160, "Loaded"))
            .Append(Featurizer()).Append(_context.BinaryClassification.Trainers.ClusterDecision());
        var model = pipeline.Fit(data);

        var loaded = _context.Model.Load(Save(model, data), out _);

        CollectionAssert.AreEqual(Score(model, data).Select(Bits).ToArray(), Score(loaded, data).Select(Bits).ToArray());
    }

    private (TransformerChain<ClusterDecisionTransformer> Model, IDataView Data) Fit(bool isMasked = true)
    {
        var data = Write();
        var pipeline = _context.Transforms.LoadPictures().Append(Featurizer(isMasked)).Append(_context.BinaryClassification.Trainers.ClusterDecision());
        return (pipeline.Fit(data), data);
    }

    /// <summary>Amplitudes of the face as features; masked, they are NaN where there is no face, as SamFeatures makes them.</summary>
    private IEstimator<ITransformer> Featurizer(bool isMasked = true)
    {
        var dct = new DctAmplitudeOptions { Columns = [new InputOutputColumnPair("Amplitudes", "Face")] };
        var amplitudes = _context.Transforms.CropFaceParts(options: new FacePartCropOptions { Detector = MarkerDetector.Create() })
            .Append(_context.Transforms.DctAmplitude(dct));
        return isMasked
            ? amplitudes.Append(_context.Transforms.CustomMapping<MaskSource, MaskTarget>(NanWithoutFace.Map, NanWithoutFace.Contract))
            : amplitudes.Append(_context.Transforms.CopyColumns("Features", "Amplitudes"));
    }

    private IDataView Write()
        => _context.Data.LoadFromEnumerable(TestPictures.WriteLabeledSet(_folder.Path, Count).Select(item => new Input { Path = item.Path, Label = item.IsFake }));

    private string Save(ITransformer model, IDataView data)
    {
        var zip = _folder.File($"{Guid.NewGuid():N}.zip");
        _context.Model.Save(model, data.Schema, zip);
        return zip;
    }

    private Output[] Score(ITransformer model, IDataView data) => [.. _context.Data.CreateEnumerable<Output>(model.Transform(data), reuseRowObject: false, ignoreMissingColumns: true)];

    private IEnumerable<Input> Rows(IDataView data) => _context.Data.CreateEnumerable<Input>(data, reuseRowObject: false);

    private static (int, int, bool) Bits(Output row) => (BitConverter.SingleToInt32Bits(row.Score), BitConverter.SingleToInt32Bits(row.Probability), row.PredictedLabel);

    public sealed class Input
    {
        public string Path { get; set; } = "";

        public bool Label { get; set; }
    }

    public sealed class Output
    {
        public string Path { get; set; } = "";

        public string ImageError { get; set; } = "";

        public float FaceConfidence { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }
}
