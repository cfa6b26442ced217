using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Batching;
using CDNet.MLNet.Tests.Prepared;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Tests.Scoring;

/// <summary>The library's own model with a detector that finds the faces of drawn pictures.</summary>
[TestClass]
public sealed class BatchScorerTests
{
    private static readonly TempFolder Folder = new();
    private static string _zip = "";
    private static CDNetModel _model = null!;
    private static string[] _paths = [];
    private static FaceVerdict[] _expected = [];

    [ClassInitialize]
    public static void Load(TestContext _)
    {
        _zip = MarkedModel.Write(Folder.File("model.zip"));
        _model = CDNetModel.Load(_zip);
        var paths = TestPictures.WriteLabeledSet(Folder.Path, 20).Select(item => item.Path).ToList();
        using (var two = TestPictures.Draw(256, 128, 5, (56, 56, 20), (190, 60, 20)))
            paths.Insert(3, TestPictures.Save(two, Folder.File("two.png")));
        using (var none = TestPictures.Draw(128, 128, 6))
            paths.Insert(7, TestPictures.Save(none, Folder.File("none.png")));
        paths.Insert(9, Folder.File("missing.png"));
        File.WriteAllText(Folder.File("text.png"), "no picture");
        paths.Insert(12, Folder.File("text.png"));
        _paths = [.. paths];
        _expected = [.. _model.Score(_paths)];
    }

    [ClassCleanup]
    public static void Remove()
    {
        _model.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(3, 2)]
    [DataRow(8, 4)]
    [DataRow(100, 2)]
    public void Verdicts_are_those_of_the_mlnet_pipeline_in_its_order(int batchSize, int workers)
    {
        using var scorer = new BatchScorer(_model, new BatchScoringOptions { BatchSize = batchSize, Workers = workers });

        AssertSame(_expected, [.. scorer.ScoreAsync(_paths).ToBlockingEnumerable()]);

        Assert.AreEqual((1, 2), (_expected.Count(verdict => verdict.Verdict == Verdict.NoFace), _expected.Count(verdict => verdict.Error is not null)));
        Assert.AreEqual(2, _expected.Count(verdict => verdict.Path.EndsWith("two.png", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Score_and_distance_of_several_looks_are_their_means()
    {
        FaceCrops[] looks = [FaceCrops.Probe(), FaceCrops.Probe(isOther: true), CropMirror.Of(FaceCrops.Probe())];
        using var one = _model.CreateScorer(threads: 1);
        using var all = new LooksFaceScorer(_model.CreateScorer(threads: 1));
        var each = one.Score(looks);
        float[] scores = [.. each.Select(face => face.Score)];

        var found = all.Score([looks[0] with { Further = looks[1..] }, looks[1] with { Further = [looks[1], looks[1]] }]);

        Assert.AreEqual(scores.Average(), found[0].Score, 1e-5f * Math.Max(1, Math.Abs(found[0].Score)));
        Assert.AreEqual(scores[1], found[1].Score, 1e-5f * Math.Max(1, Math.Abs(found[1].Score)));
        Assert.AreEqual(each.Average(face => face.Distance), found[0].Distance, 1e-4f * found[0].Distance);
        Assert.AreNotEqual(scores[0], scores[2], "else nothing is shown");
    }

    [TestMethod]
    public void Several_looks_change_the_scores_and_nothing_else()
    {
        using var scorer = new BatchScorer(_model, new BatchScoringOptions { Looks = 3 });

        FaceVerdict[] found = [.. scorer.ScoreAsync(_paths).ToBlockingEnumerable()];

        CollectionAssert.AreEqual(_expected.Select(verdict => (verdict.Path, verdict.Face, verdict.Detection)).ToArray(), found.Select(verdict => (verdict.Path, verdict.Face, verdict.Detection)).ToArray());
        Assert.IsTrue(_expected.Zip(found).Any(pair => pair.First.Score != pair.Second.Score && float.IsFinite(pair.First.Score)));
        Assert.IsTrue(found.Where(verdict => float.IsFinite(verdict.Score)).All(verdict => _model.Judge(verdict.Score).Probability == verdict.Probability));
        StringAssert.Contains(Assert.Throws<ArgumentException>((new BatchScoringOptions { Looks = 5 }).Validate).Message, "Looks");
    }

    [TestMethod]
    public void Library_s_own_model_is_scored_by_one_graph()
    {
        using var scorer = _model.CreateScorer(threads: 1);

        Assert.IsInstanceOfType<GraphFaceScorer>(scorer);
    }

    [TestMethod]
    public void Model_of_another_form_is_scored_by_its_pipeline()
    {
        var context = new MLContext(1);
        var data = context.Data.LoadFromEnumerable(_paths.Where(path => path.Contains("real") || path.Contains("fake")).Select(path => new Row { Path = path, Label = path.Contains("fake") }));
        var dct = new DctAmplitudeOptions { Columns = [new InputOutputColumnPair("Features", "Face")] };
        using (var fitted = context.Transforms.LoadPictures()
            .Append(context.Transforms.CropFaceParts(options: new FacePartCropOptions { Detector = MarkerDetector.Create() }))
            .Append(context.Transforms.DctAmplitude(dct))
            .Append(context.BinaryClassification.Trainers.ClusterDecision())
            .Fit(data))
            context.Model.Save(fitted, data.Schema, Folder.File("dct.zip"));
        using var model = CDNetModel.Load(Folder.File("dct.zip"));
        using var scorer = new BatchScorer(model, new BatchScoringOptions { BatchSize = 3 });

        Assert.IsInstanceOfType<PipelineFaceScorer>(model.CreateScorer(threads: 1));
        AssertSame([.. model.Score(_paths)], [.. scorer.ScoreAsync(_paths).ToBlockingEnumerable()]);
    }

    [TestMethod]
    public void Model_whose_stages_exchange_columns_is_not_taken_for_the_library_s_own()
    {
        var context = new MLContext(1);
        var data = context.Data.LoadFromEnumerable([new Row()]);
        // A model may be chains in chains; only what stands directly behind the crops is between the stages.
        static IEnumerable<ITransformer> Flat(ITransformer stage)
            => stage is IEnumerable<ITransformer> chain && ModelStages.BehindCrops(stage) is { } behind && behind.Any() ? chain.SelectMany(Flat) : [stage];
        var stages = Flat(context.Model.Load(_zip, out _)).ToList();
        var crops = stages.FindIndex(stage => ModelStages.BehindCrops(stage) is not null);
        var cropped = new TransformerChain<ITransformer>([.. stages.Take(crops + 1)]).Transform(data);
        stages.Insert(crops + 1, context.Transforms.CopyColumns("Other", FaceColumns.RightEye)
            .Append(context.Transforms.CopyColumns(FaceColumns.RightEye, FaceColumns.Mouth)).Append(context.Transforms.CopyColumns(FaceColumns.Mouth, "Other")).Fit(cropped));
        context.Model.Save(new TransformerChain<ITransformer>([.. stages]), data.Schema, Folder.File("exchanged.zip"));
        using var model = CDNetModel.Load(Folder.File("exchanged.zip"));
        using var scorer = new BatchScorer(model);

        Assert.IsInstanceOfType<PipelineFaceScorer>(model.CreateScorer(threads: 1));
        var exchanged = scorer.ScoreAsync(_paths).ToBlockingEnumerable().ToArray();
        AssertSame([.. model.Score(_paths)], exchanged);
        Assert.AreNotEqual(_expected[0].Score, exchanged[0].Score, 1e-3f);
    }

    [TestMethod]
    public void Four_threads_get_the_same_verdicts_from_one_scorer()
    {
        using var scorer = new BatchScorer(_model, new BatchScoringOptions { BatchSize = 5 });
        var failures = new ConcurrentQueue<Exception>();

        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, thread =>
        {
            try
            {
                var places = Enumerable.Range(0, _paths.Length).OrderBy(place => (place * 7 + thread) % 11).ToArray();
                var expected = places.SelectMany(place => _expected.Where(verdict => verdict.Path == _paths[place])).ToArray();
                AssertSame(expected, [.. scorer.ScoreAsync(places.Select(place => _paths[place])).ToBlockingEnumerable()]);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        });

        Assert.IsEmpty(failures, failures.FirstOrDefault()?.ToString());
    }

    [TestMethod]
    public async Task Who_stops_taking_verdicts_stops_the_reading()
    {
        var read = 0;
        IEnumerable<string> Endless()
        {
            while (true)
            {
                Interlocked.Increment(ref read);
                yield return _paths[0];
            }
        }
        using var scorer = new BatchScorer(_model, new BatchScoringOptions { BatchSize = 4, Workers = 2 });

        await using (var verdicts = scorer.ScoreAsync(Endless()).GetAsyncEnumerator())
        {
            for (var i = 0; i < 3; i++)
                Assert.IsTrue(await verdicts.MoveNextAsync());
            // Longer than it takes to read as many as fit into the queues.
            var before = -1;
            for (var i = 0; i < 50 && before != Volatile.Read(ref read); i++)
            {
                before = Volatile.Read(ref read);
                await Task.Delay(300);
            }
            Assert.IsLessThan(3 + 4 * 4 + 2 * 2 + 4 + 4, before, "queues, workers and the open batch");
        }
        var after = Volatile.Read(ref read);
        await Task.Delay(200);
        Assert.AreEqual(after, Volatile.Read(ref read), "whoever leaves ends the reading");
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = false)]
    public async Task Verdict_of_a_stream_comes_before_the_next_picture_does()
    {
        using var scorer = new BatchScorer(_model, new BatchScoringOptions { BatchSize = 8 });
        var turn = new SemaphoreSlim(1);
        async IAsyncEnumerable<ScoringInput> OneByOne([EnumeratorCancellation] CancellationToken cancellation = default)
        {
            foreach (var path in _paths.Take(3))
            {
                await turn.WaitAsync(cancellation);
                yield return new ScoringInput("upload", await File.ReadAllBytesAsync(path, cancellation));
            }
        }

        var scores = new List<float>();
        await foreach (var verdict in scorer.ScoreAsync(OneByOne()))
        {
            Assert.AreEqual("upload", verdict.Path);
            scores.Add(verdict.Score);
            turn.Release();
        }

        Assert.HasCount(3, scores);
        for (var i = 0; i < 3; i++)
            AssertNear(_expected[i].Score, scores[i], "as from the file");
    }

    [TestMethod]
    public void Bytes_that_are_no_picture_fail_alone()
    {
        using var scorer = new BatchScorer(_model);
        ScoringInput[] inputs = [new("a", File.ReadAllBytes(_paths[0])), new("b", new byte[100]), new("c", ReadOnlyMemory<byte>.Empty), new("d", File.ReadAllBytes(_paths[0]).AsMemory(0, 900)), new("e", File.ReadAllBytes(_paths[0]))];

        var verdicts = scorer.ScoreAsync(inputs.ToAsyncEnumerable()).ToBlockingEnumerable().ToArray();

        CollectionAssert.AreEqual(new[] { "a", "b", "c", "d", "e" }, verdicts.Select(verdict => verdict.Path).ToArray());
        CollectionAssert.AreEqual(new[] { true, false, false, false, true }, verdicts.Select(verdict => verdict.Error is null).ToArray());
        StringAssert.Contains(verdicts[2].Error, "c: the file is empty");
    }

    [TestMethod]
    public void Picture_with_too_many_faces_fails_alone()
    {
        using var scorer = new BatchScorer(_model, new BatchScoringOptions { Scoring = new ScoringOptions { MaxFaces = 1 } });

        var found = scorer.ScoreAsync(_paths).ToBlockingEnumerable().ToArray();

        var crowd = found.Single(verdict => verdict.Path.EndsWith("two.png", StringComparison.Ordinal));
        StringAssert.Contains(crowd.Error, "2 faces are too many to be scored at once (at most 1)");
        Assert.HasCount(_expected.Length - 1, found);
        Assert.AreEqual(3, found.Count(verdict => verdict.Error is not null));
        Assert.Throws<ArgumentException>(() => new BatchScorer(_model, new BatchScoringOptions { Scoring = new ScoringOptions { MaxFaces = 0 } }));
    }

    [TestMethod]
    public void Face_whose_score_is_no_number_keeps_its_place()
    {
        var verdict = new CroppedFace("a.jpg", 0, 2, default).ToVerdict(float.NaN, float.NaN, false);

        Assert.AreEqual((2, null), (verdict.Face, verdict.Verdict));
        StringAssert.Contains(verdict.Error, "face 2");
    }

    [TestMethod]
    public void Frames_of_videos_are_scored_in_order_and_their_breaking_off_is_said()
    {
        string[] paths = [_paths[0], DrawnVideos.Write(Folder.File("whole.vid"), 5), DrawnVideos.Write(Folder.File("broken.vid"), 3, "breaks"), _paths[1]];
        var options = new ScoringOptions { Videos = new DrawnVideos() };
        using var scorer = new BatchScorer(_model, new BatchScoringOptions { Scoring = options, BatchSize = 3 });

        var verdicts = scorer.ScoreAsync(paths).ToBlockingEnumerable().ToArray();

        AssertSame([.. _model.Score(paths, options)], verdicts);
        CollectionAssert.AreEqual(new[] { 0, 0, 1, 2, 3, 4, 0, 1, 2, 0, 0 }, verdicts.Select(verdict => verdict.Frame).ToArray());
        StringAssert.Contains(verdicts[9].Error, "breaks off");
    }

    [TestMethod]
    public void Cancellation_ends_the_scoring_where_all_was_read_ahead()
    {
        using var scorer = new BatchScorer(_model);
        using var source = new CancellationTokenSource();
        var verdicts = 0;

        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in scorer.ScoreAsync(_paths, source.Token).ToBlockingEnumerable())
            {
                if (++verdicts == 2)
                    source.Cancel();
            }
        });

        Assert.IsLessThan(_paths.Length, verdicts);
        AssertSame(_expected, [.. scorer.ScoreAsync(_paths).ToBlockingEnumerable()]);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = false)]
    public async Task Disposing_in_the_middle_ends_what_is_running()
    {
        var scorer = new BatchScorer(_model);
        await using var verdicts = scorer.ScoreAsync(Enumerable.Repeat(_paths, 100).SelectMany(all => all)).GetAsyncEnumerator();
        Assert.IsTrue(await verdicts.MoveNextAsync());

        scorer.Dispose();
        scorer.Dispose();

        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            while (await verdicts.MoveNextAsync())
            {
            }
        });
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await scorer.ScoreAsync(_paths).GetAsyncEnumerator().MoveNextAsync());
        Assert.AreEqual(_expected[0].Score, _model.Score(_paths).First().Score, "the model is the caller's");
    }

    [TestMethod]
    public void Failure_of_the_list_of_files_comes_out()
    {
        IEnumerable<string> Breaking()
        {
            yield return _paths[0];
            throw new IOException("the list breaks off");
        }
        using var scorer = new BatchScorer(_model);

        var error = Assert.Throws<IOException>(() => scorer.ScoreAsync(Breaking()).ToBlockingEnumerable().Count());

        Assert.AreEqual("the list breaks off", error.Message);
    }

    [TestMethod]
    public void Device_that_is_not_there_is_an_error_or_left_for_the_processor()
    {
        var options = new BatchScoringOptions { GpuDeviceId = 63 };

        var error = Assert.Throws<InvalidOperationException>(() => new BatchScorer(_model, options));
        using var scorer = new BatchScorer(_model, options with { FallbackToCpu = true });

        StringAssert.Contains(error.Message, "The CUDA device 63 cannot be used");
        AssertSame(_expected, [.. scorer.ScoreAsync(_paths).ToBlockingEnumerable()]);
    }

    [TestMethod]
    public void Options_out_of_range_are_named()
    {
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new BatchScorer(_model, new BatchScoringOptions { BatchSize = 0 })).Message, "BatchSize is 0; expected 1 to 1024");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new BatchScorer(_model, new BatchScoringOptions { Workers = -1 })).Message, "Workers is -1");
        Assert.Throws<ArgumentException>(() => BatchScorer.LoadDefault(new BatchScoringOptions { Scoring = new ScoringOptions { Frames = 0 } }));
    }

    private static void AssertSame(FaceVerdict[] expected, FaceVerdict[] found)
    {
        Assert.HasCount(expected.Length, found);
        foreach (var (one, other) in expected.Zip(found))
        {
            AssertNear(one.Score, other.Score, one.Path);
            AssertNear(one.Probability, other.Probability, one.Path);
            Assert.AreEqual(one, other with { Score = one.Score, Probability = one.Probability });
        }
    }

    private static void AssertNear(float expected, float found, string message)
    {
        if (float.IsNaN(expected))
            Assert.IsTrue(float.IsNaN(found), message);
        else
            Assert.AreEqual(expected, found, 1e-5f * Math.Max(1, Math.Abs(expected)), message);
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";

        public bool Label { get; set; }
    }
}
