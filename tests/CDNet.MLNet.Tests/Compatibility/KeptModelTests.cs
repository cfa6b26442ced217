using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Compatibility;

/// <summary>A model that any version saved is loaded by every later one, and says the same. Compatibility/Models/README.md says how models get there.</summary>
[TestClass]
public sealed class KeptModelTests
{
    private const float Tolerance = 1e-5f;

    // The box of a photograph comes out of a network, whose last bits are the processor's and the runtime's. A pixel of a crop that rounds the other way moves the score by thousandths.
    private const float PhotographTolerance = 5e-3f;

    [TestMethod]
    public void Models_that_earlier_versions_saved_score_as_they_did_then()
    {
        var kept = KeptModel.All().ToList();

        Assert.IsGreaterThanOrEqualTo(4, kept.Count);
        foreach (var (folder, expected) in kept)
        {
            var now = KeptModel.Score(Path.Combine(folder, expected.Model), Path.Combine(folder, expected.Picture));
            var name = $"{Path.GetFileName(folder)}/{expected.Model} on {expected.Picture}";
            AssertNear(expected.Score, now.Score, expected.Picture, name);
            AssertNear(expected.Probability, now.Probability, expected.Picture, name);
            AssertNear(expected.FaceConfidence, now.FaceConfidence, expected.Picture, name);
            Assert.AreEqual(expected.PredictedLabel, now.PredictedLabel, name);
        }
    }

    [TestMethod]
    public async Task BatchScorer_gives_kept_models_the_same_scores()
    {
        foreach (var (folder, expected) in KeptModel.All())
        {
            using var scorer = BatchScorer.Load(Path.Combine(folder, expected.Model));
            var verdicts = await scorer.ScoreAsync([Path.Combine(folder, expected.Picture)]).ToListAsync();
            AssertNear(expected.Score, float.IsNaN(verdicts[0].Score) ? null : verdicts[0].Score, expected.Picture, $"{Path.GetFileName(folder)}/{expected.Model} on {expected.Picture}");
        }
    }

    [TestMethod]
    public void Models_that_this_version_saves_can_be_kept()
    {
        using var temporary = new TempFolder();
        var folder = Environment.GetEnvironmentVariable(KeptModel.FolderVariable) ?? temporary.Path;

        KeptModel.Write(folder);

        Assert.IsTrue(File.Exists(Path.Combine(folder, "small.zip")));
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "expected.json")), "striped.png");
    }

    private static void AssertNear(float? expected, float? actual, string picture, string name)
    {
        var tolerance = picture.EndsWith(".jpg", StringComparison.Ordinal) ? PhotographTolerance : Tolerance;
        Assert.AreEqual(expected is null, actual is null, name);
        if (expected is { } wanted)
            Assert.AreEqual(wanted, actual!.Value, tolerance * Math.Max(1, Math.Abs(wanted)), name);
    }
}
