using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CDNet.MLNet.Tests.Scoring;

[TestClass]
public sealed class OnnxExportTests
{
    private readonly TempFolder _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void File_alone_gives_the_scores_of_the_model_for_a_batch()
    {
        using var model = CDNetModel.LoadDefault();
        OnnxExport.Write(model, _folder.File("scorer.onnx"), "for research");
        using var session = new InferenceSession(_folder.File("scorer.onnx"));
        using var scorer = model.CreateScorer(threads: 1);
        var crops = FaceCrops.Probe();
        var mirrored = crops with { Face = [.. crops.Face.Reverse()], Nose = [.. crops.Nose.Reverse()] };
        float[] expected = [.. scorer.Score([crops, mirrored]).Select(face => face.Score)];

        var inputs = FaceColumns.Crops.Select(column =>
        {
            var side = column == FaceColumns.Face ? 299 : 64;
            return NamedOnnxValue.CreateFromTensor(column, new DenseTensor<byte>((byte[])[.. crops.Of(column), .. mirrored.Of(column), .. new byte[3 * side * side]], [3, 3, side, side]));
        }).ToArray();
        using var results = session.Run(inputs);
        float[] Output(string name) => [.. results.Single(result => result.Name == name).AsEnumerable<float>()];

        for (var i = 0; i < 2; i++)
        {
            Assert.AreEqual(expected[i], Output("Score")[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])));
            Assert.AreEqual(model.Judge(expected[i]).Probability, Output("Probability")[i], 1e-5f);
        }
        Assert.IsTrue(float.IsNaN(Output("Score")[2]) && float.IsNaN(Output("Probability")[2]), "no face");
        Assert.HasCount(600, Output("Features"));
        CollectionAssert.AreEquivalent(new[] { "Score", "Probability", "Features", "DistanceToReal", "DistanceToFake" }, session.OutputMetadata.Keys.ToArray());
        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.AreEqual(("for research", model.Sha256, "inside the model"), (metadata["cdnet.licence"], metadata["cdnet.modelSha256"], metadata["cdnet.normalisation"]));
        Assert.AreEqual(model.Threshold, float.Parse(metadata["cdnet.threshold"], System.Globalization.CultureInfo.InvariantCulture));
        StringAssert.StartsWith(metadata["cdnet.classes"], "real, fake");
    }
}
