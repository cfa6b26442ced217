using CDNet.MLNet.Cluster;
using CDNet.MLNet.Torch.Training.Checkpoints;

namespace CDNet.MLNet.Torch.Tests.Training.Checkpoints;

[TestClass]
public sealed class TrainingFingerprintTests
{
    [TestMethod]
    public void Option_that_an_older_version_did_not_have_was_its_default()
    {
        var older = TrainingFingerprint.Of(new SamFeatureOptions());
        Assert.IsTrue(older.Remove(nameof(SamFeatureOptions.ScoreForm)));

        Assert.AreEqual("", TrainingFingerprint.Differences(older, TrainingFingerprint.Of(new SamFeatureOptions())));
        Assert.AreEqual("ScoreForm was Ratio and is Difference", TrainingFingerprint.Differences(older, TrainingFingerprint.Of(new SamFeatureOptions { ScoreForm = ClusterScoreForm.Difference })));
    }

    [TestMethod]
    public void Kept_epoch_may_be_chosen_anew()
        => Assert.AreEqual("", TrainingFingerprint.Differences(TrainingFingerprint.Of(new SamFeatureOptions()), TrainingFingerprint.Of(new SamFeatureOptions { Keep = KeptEpoch.Last })));
}
