using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Detection;
using CDNet.MLNet.Torch.Networks;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Tests.Detection;

[TestClass]
public sealed class CompactBlazeFaceNetworkTests
{
    private const int Side = CompactBlazeFace.InputSide;

    [TestMethod]
    public void Graph_and_network_say_the_same_and_the_graph_is_small()
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var network = TrainedNorms.Of(new CompactBlazeFaceNetwork(new Random(1)));
        var windows = randint(0, 256, [2, 3, Side, Side], ScalarType.Byte);
        using var guard = no_grad();
        var expected = network.call(windows).data<float>().ToArray();

        var onnx = CompactBlazeFaceGraph.Build(network.ToWeights());

        Assert.IsLessThanOrEqualTo(600_000, onnx.Length);
        var pixels = windows.permute(0, 2, 3, 1).contiguous().data<byte>().ToArray();
        using var session = new InferenceSession(onnx);
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [2, Side, Side, 3]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [BlazeFaceGraph.Input], [input], [BlazeFaceGraph.Output]);
        var found = outputs[0].GetTensorDataAsSpan<float>();
        for (var i = 0; i < found.Length; i++)
        {
            var (cell, number) = (i / CompactBlazeFace.Outputs % CompactBlazeFace.Cells, i % CompactBlazeFace.Outputs);
            var center = CompactBlazeFace.Centers[cell];
            // Confidence, then places: width and height (3 and 4) do not count from the middle of the cell.
            var decoded = number switch
            {
                0 => 1 / (1 + MathF.Exp(-expected[i])),
                3 or 4 => expected[i],
                _ => expected[i] + (number % 2 == 1 ? center.X : center.Y),
            };
            Assert.AreEqual(decoded, found[i], 1e-4f * Math.Max(1, Math.Abs(decoded)), $"cell {cell}, number {number}");
        }
    }

    [TestMethod]
    public void Detector_of_the_graph_finds_what_the_cells_say()
    {
        TorchRuntime.EnsureLoaded();
        using var network = TrainedNorms.Of(new CompactBlazeFaceNetwork(new Random(1)));
        using var detector = new FaceDetector(FaceDetectorModel.FromBytes(CompactBlazeFaceGraph.Build(network.ToWeights()), "own"));
        using var picture = TestPictures.Draw(128, 128, 1);
        using var image = TestPictures.ToImage(picture);

        var faces = detector.Detect(image, new FacePartCropOptions { MinConfidence = 0 });

        Assert.IsNotEmpty(faces, "at confidence 0 every cell with a box is a face");
    }
}
