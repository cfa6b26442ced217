using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Tests.Onnx;

[TestClass]
public sealed class OnnxPartsTests
{
    [TestMethod]
    public void Joined_networks_whose_inner_names_are_the_same_give_what_each_gave()
    {
        // Both builders call their constant const_0 and their node Mul_1.
        var (twice, thrice) = (Times(2, "a", "x"), Times(3, "b", "y"));

        var joined = OnnxParts.Join(twice, thrice, "second/");

        Assert.AreEqual("times2", joined.Graph.Name);
        Assert.AreEqual("2", joined.MetadataProps.Single().Value);
        CollectionAssert.AreEqual(new[] { 8f, 15f }, Run(joined, ["a", "b"], [4, 5], ["x", "y"]));
        Assert.AreEqual((1, 1), (twice.Graph.Output.Count, thrice.Graph.Output.Count), "what was joined stays as it was");
    }

    [TestMethod]
    public void Parts_of_joined_networks_are_the_networks()
    {
        var (twice, thrice) = (Times(2, "a", "x"), Times(3, "b", "y"));
        var joined = OnnxParts.Join(twice, thrice, "second/");

        var (first, second) = (OnnxParts.Take(joined, "x"), OnnxParts.Take(joined, "y"));

        Assert.AreEqual(twice, first);
        Assert.AreEqual((1, 1, 1), (second.Graph.Input.Count, second.Graph.Node.Count(node => node.OpType == "Mul"), second.Graph.Initializer.Count));
        CollectionAssert.AreEqual(new[] { 15f }, Run(second, ["b"], [5], ["y"]));
        Assert.IsTrue(OnnxParts.Has(joined, "y") && !OnnxParts.Has(first, "y"));
    }

    private static ModelProto Times(float factor, string input, string output)
    {
        var graph = new OnnxGraphBuilder($"times{factor}");
        graph.Output(graph.Node("Mul", [graph.Input(input, OnnxType.Float, 1), graph.Constant([factor], 1)]), output, OnnxType.Float, 1);
        graph.Metadata("factor", $"{factor}");
        return ModelProto.Parser.ParseFrom(graph.Build());
    }

    private static float[] Run(ModelProto model, string[] inputs, float[] values, string[] outputs)
    {
        using var session = new InferenceSession(model.ToByteArray());
        using var run = new RunOptions();
        var tensors = values.Select(value => OrtValue.CreateTensorValueFromMemory(new[] { value }, [1])).ToArray();
        using var results = session.Run(run, inputs, tensors, outputs);
        var found = results.Select(result => result.GetTensorDataAsSpan<float>()[0]).ToArray();
        foreach (var tensor in tensors)
            tensor.Dispose();
        return found;
    }
}
