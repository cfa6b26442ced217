using CDNet.MLNet.Cluster;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.MLNet.Tests.Scoring;

[TestClass]
public sealed class ModelAverageTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void Mean_of_a_model_and_itself_scores_as_the_model()
    {
        var path = MarkedModel.Write(_folder.File("one.zip"));
        using var picture = TestPictures.Draw(300, 200, 1, (90, 80, 24));
        var photo = TestPictures.Save(picture, _folder.File("photo.png"));

        ModelAverage.Write([path, path], _folder.File("mean.zip"));

        using var one = CDNetModel.Load(path);
        using var mean = CDNetModel.Load(_folder.File("mean.zip"));
        Assert.IsTrue(mean.IsSealed);
        Assert.IsTrue(float.IsFinite(one.Score([photo]).Single().Score));
        // How familiar it is is not known before a calibration.
        Assert.AreEqual(one.Score([photo]).Single() with { Familiarity = float.NaN }, mean.Score([photo]).Single());
    }

    [TestMethod]
    public void Weights_and_centres_lie_in_the_middle_and_all_else_is_the_first_ones()
    {
        var path = MarkedModel.Write(_folder.File("one.zip"));
        SavedModelRewriter.Write(path, _folder.File("three.zip"), model => Changed(model, number => 3 * number));

        ModelAverage.Write([path, _folder.File("three.zip")], _folder.File("mean.zip"));

        using var one = CDNetModel.Load(path);
        using var mean = CDNetModel.Load(_folder.File("mean.zip"));
        AssertTwice(one.Centres!.Fake, mean.Centres!.Fake, 1e-6f);
        AssertTwice(one.Centres.Real, mean.Centres.Real, 1e-6f);
        AssertTwice(one.PartMeans!.Real, mean.PartMeans!.Real, 1e-6f);
        AssertTwice(one.PartMeans.Fake, mean.PartMeans.Fake, 1e-6f);
        Assert.AreEqual((one.Calibration, one.CropOptions.Detector!.Sha256), (mean.Calibration, mean.CropOptions.Detector!.Sha256));
        var (before, now) = (Network(path), Network(_folder.File("mean.zip")));
        var kernels = SavedNetwork.Constants(before).Where(constant => constant.Tensor.DataType == (int)OnnxType.Float16).ToArray();
        Assert.IsGreaterThan(20, kernels.Length);
        foreach (var (name, tensor) in kernels)
            AssertTwice(SavedNetwork.Numbers(tensor, name), SavedNetwork.Numbers(SavedNetwork.Find(now, name)!, name), 1e-3f);
    }

    [TestMethod]
    public void Models_of_different_networks_have_no_mean()
    {
        var (path, tiny) = (MarkedModel.Write(_folder.File("one.zip")), TinyModel.Write(_folder.File("tiny.zip"), _folder.File("train")));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ModelAverage.Write([path, tiny], _folder.File("mean.zip")));

        StringAssert.Contains(error.Message, "tiny.zip");
        Assert.IsFalse(File.Exists(_folder.File("mean.zip")));
    }

    [TestMethod]
    public void Networks_that_were_trained_apart_have_no_mean()
    {
        var path = MarkedModel.Write(_folder.File("one.zip"));
        var random = new Random(1);
        SavedModelRewriter.Write(path, _folder.File("other.zip"), model => Changed(model, number => number * (random.Next(2) == 0 ? 1 : -1)));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ModelAverage.Write([path, _folder.File("other.zip")], _folder.File("mean.zip")));

        StringAssert.Contains(error.Message, "other.zip: it was not trained from the same weights");
    }

    [TestMethod]
    public void One_model_alone_has_no_mean()
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ModelAverage.Write(["one.zip"], "mean.zip")).Message, "two models at least");

    private static void AssertTwice(float[] once, float[] found, float tolerance)
    {
        Assert.HasCount(once.Length, found);
        foreach (var (number, twice) in once.Zip(found))
            Assert.AreEqual(2 * number, twice, tolerance * Math.Abs(number) + 1e-7f);
    }

    private static ModelProto? Changed(ModelProto model, Func<float, float> change)
    {
        if (model.Graph.Name != ClusterDecisionGraph.GraphName && ModelArchive.Metadata(model, FeatureGraph.TrainingKey) is null)
            return null;
        foreach (var (constant, tensor) in SavedNetwork.Constants(model.Graph))
            SavedNetwork.Store(tensor, Array.ConvertAll(SavedNetwork.Numbers(tensor, constant), number => change(number)));
        if (PartMeans.Read(model) is { } means)
            new PartMeans(Array.ConvertAll(means.Real, number => change(number)), Array.ConvertAll(means.Fake, number => change(number))).AddTo(model);
        return model;
    }

    private static GraphProto Network(string path)
    {
        using var zip = File.OpenRead(path);
        return ModelArchive.Read(zip, path).FindWith(FeatureGraph.TrainingKey)!.Graph;
    }
}
