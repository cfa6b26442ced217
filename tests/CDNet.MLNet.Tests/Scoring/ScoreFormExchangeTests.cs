using CDNet.MLNet.Cluster;
using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Tests.Scoring;

[TestClass]
public sealed class ScoreFormExchangeTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Both_forms_have_their_score_of_the_same_distances()
    {
        var path = MarkedModel.Write(_folder.File("model.zip"));
        using var picture = TestPictures.Draw(300, 200, 1, (90, 80, 24));
        var photo = TestPictures.Save(picture, _folder.File("photo.png"));
        ScoreFormExchange.Write(path, _folder.File("ratio.zip"), ClusterScoreForm.Ratio);
        ScoreFormExchange.Write(path, _folder.File("difference.zip"), ClusterScoreForm.Difference);
        using var ratio = CDNetModel.Load(_folder.File("ratio.zip"));
        using var difference = CDNetModel.Load(_folder.File("difference.zip"));

        var (byRatio, byDifference) = (ratio.Score([photo]).Single().Score, difference.Score([photo]).Single().Score);

        // With r and f the squared distances: the difference is r - f, the ratio (r + f)(1/f - 1/r) = r/f - f/r.
        Assert.AreEqual((ClusterScoreForm.Ratio, ClusterScoreForm.Difference), (ratio.ScoreForm, difference.ScoreForm));
        Assert.AreEqual(Math.Sign(byRatio), Math.Sign(byDifference));
        Assert.AreNotEqual(byRatio, byDifference);
        var (features, scores) = (ratio.Centres!, (byRatio, byDifference));
        // r/f = x solves x - 1/x = ratio; then f = difference / (x - 1) and r = x f, which no face between the centres has below (|c| / 2)^2 in the mean.
        var x = (scores.byRatio + Math.Sqrt(scores.byRatio * (double)scores.byRatio + 4)) / 2;
        var toFake = scores.byDifference / (x - 1);
        Assert.IsGreaterThanOrEqualTo(features.SquaredDistance / 4 * 0.999, (toFake + x * toFake) / 2);
        CollectionAssert.AreEqual(ratio.Centres!.Fake, difference.Centres!.Fake);
    }

    [TestMethod]
    public void Form_that_is_none_is_refused()
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ScoreFormExchange.Write(CDNetModel.DefaultName, _folder.File("x.zip"), (ClusterScoreForm)7)).Message, "7");
}
