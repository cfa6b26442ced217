using CDNet.MLNet.Sam;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Training;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace CDNet.MLNet.Torch.Tests.Networks;

[TestClass]
public sealed class SamNetworkTests
{
    private static readonly ComputePrecision Full = new(ScalarType.Float32);

    [TestMethod]
    public void Parameters_are_those_of_the_reference()
    {
        using var network = new SamNetwork(Full, new Random(1));
        long Count(string prefix) => network.named_parameters().Where(named => named.name.StartsWith(prefix, StringComparison.Ordinal)).Sum(named => named.parameter.numel());

        Assert.AreEqual(517_600, Count("part."));
        Assert.AreEqual(600_288, Count("face."));
        Assert.AreEqual(384_200, Count("projection."));
        Assert.AreEqual(201, Count("head."));
        Assert.AreEqual(1_502_289, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void Initial_weights_have_the_deviation_of_the_reference_and_follow_the_seed()
    {
        using var one = new SamNetwork(Full, new Random(1));
        using var same = new SamNetwork(Full, new Random(1));
        using var other = new SamNetwork(Full, new Random(2));
        var kernel = one.state_dict()["face.blocks.3.separables.0.pointwise.weight"];

        // 1x1 kernels to 256 channels: sqrt(2 / 256); 32,768 of them, so the estimate is within 2%.
        Assert.AreEqual(Math.Sqrt(2.0 / 256), kernel.std().item<float>(), 0.02 * Math.Sqrt(2.0 / 256));
        Assert.AreEqual(0, kernel.mean().item<float>(), 0.002);
        Assert.IsTrue(kernel.eq(same.state_dict()["face.blocks.3.separables.0.pointwise.weight"]).all().item<bool>());
        Assert.IsFalse(kernel.eq(other.state_dict()["face.blocks.3.separables.0.pointwise.weight"]).any().item<bool>());
        Assert.IsTrue(one.modules().OfType<BatchNorm2d>().All(norm => norm.weight!.eq(1).all().item<bool>() && norm.bias!.eq(0).all().item<bool>()));
    }

    [TestMethod]
    public void Channels_last_kernels_change_no_feature()
    {
        using var network = new SamNetwork(Full, new Random(1));
        network.eval();
        var (faces, parts, amplitudes) = Inputs(2, 48, 16);
        using var guard = no_grad();
        using var before = network.Features(faces, parts, amplitudes);

        ChannelsLast.ApplyToKernels(network);
        using var after = network.Features(faces, parts, amplitudes);

        Assert.IsLessThan(1e-4f, (before - after).abs().max().item<float>());
    }

    [TestMethod]
    public void Reduced_precision_is_close_to_full_precision()
    {
        using var full = new SamNetwork(Full, new Random(1));
        using var reduced = new SamNetwork(new ComputePrecision(ScalarType.BFloat16), new Random(1));
        full.eval();
        reduced.eval();
        var (faces, parts, amplitudes) = Inputs(2, 48, 16);
        using var guard = no_grad();

        var difference = (full.Features(faces, parts, amplitudes) - reduced.Features(faces, parts, amplitudes)).norm() / full.Features(faces, parts, amplitudes).norm();

        Assert.IsLessThan(0.05f, difference.item<float>());
    }

    [TestMethod]
    [DataRow(48, 16)]
    [DataRow(299, 64)]
    public void Onnx_gives_the_features_of_TorchSharp_with_trained_batch_norms(int faceSide, int partSide)
    {
        using var network = new SamNetwork(Full, new Random(3));
        Scramble(network);
        network.eval();
        var signature = SamColumns.Signature(new CropSizes(faceSide, partSide));
        using var session = new InferenceSession(SamGraph.Build(network.ToWeights(), signature, "{}"));
        for (var seed = 0; seed < 3; seed++)
        {
            var (faces, parts, amplitudes) = Inputs(1, faceSide, partSide, seed);
            using var guard = no_grad();
            var expected = network.Features(faces, parts, amplitudes).data<float>().ToArray();

            var actual = Run(session, signature, faces, parts, amplitudes);

            Assert.HasCount(SamSpec.Features, actual);
            for (var i = 0; i < actual.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])), $"feature {i}");
        }
    }

    [TestMethod]
    public void Onnx_gives_nan_where_there_is_no_face()
    {
        using var network = new SamNetwork(Full, new Random(3));
        var signature = SamColumns.Signature(new CropSizes(48, 16));
        using var session = new InferenceSession(SamGraph.Build(network.ToWeights(), signature, "{}"));
        var (faces, parts, amplitudes) = Inputs(1, 48, 16);

        var features = Run(session, signature, zeros_like(faces), parts, amplitudes);

        Assert.IsTrue(features.All(float.IsNaN));
    }

    private static float[] Run(InferenceSession session, SamGraph.Signature signature, Tensor faces, Tensor parts, Tensor amplitudes)
    {
        var inputs = new List<NamedOnnxValue> { Bytes(signature.Face, faces) };
        for (var part = 0; part < SamSpec.Parts; part++)
            inputs.Add(Bytes(signature.Parts[part], parts[part].unsqueeze(0)));
        for (var i = 0; i <= SamSpec.Parts; i++)
        {
            var values = amplitudes.slice(1, i * SamSpec.Amplitudes, (i + 1) * SamSpec.Amplitudes, 1).contiguous().data<float>().ToArray();
            inputs.Add(NamedOnnxValue.CreateFromTensor(signature.Amplitudes[i], new DenseTensor<float>(values, [1, SamSpec.Amplitudes])));
        }
        using var results = session.Run(inputs);
        return [.. results.Single().AsEnumerable<float>()];
    }

    private static NamedOnnxValue Bytes(string name, Tensor tensor)
        => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<byte>(tensor.contiguous().data<byte>().ToArray(), [.. tensor.shape.Select(size => (int)size)]));

    private static (Tensor Faces, Tensor Parts, Tensor Amplitudes) Inputs(int count, int faceSide, int partSide, int seed = 0)
    {
        using var generator = new Generator((ulong)seed);
        return (
            randint(1, 256, [count, 3, faceSide, faceSide], ScalarType.Byte, generator: generator),
            randint(1, 256, [SamSpec.Parts * count, 3, partSide, partSide], ScalarType.Byte, generator: generator),
            rand([count, SamSpec.AllAmplitudes], ScalarType.Float32, generator: generator));
    }

    /// <summary>Gives statistics and scales values as after a training, so that folding them is put to the test.</summary>
    private static void Scramble(SamNetwork network)
    {
        using var guard = no_grad();
        using var generator = new Generator(5);
        foreach (var norm in network.modules().OfType<BatchNorm2d>())
        {
            norm.weight!.copy_(rand(norm.weight.shape, generator: generator) + 0.5);
            norm.bias!.copy_(rand(norm.bias.shape, generator: generator) - 0.5);
            norm.running_mean!.copy_(rand(norm.running_mean.shape, generator: generator) - 0.5);
            norm.running_var!.copy_(rand(norm.running_var.shape, generator: generator) + 0.5);
        }
        network.SetAmplitudeStatistics([.. Enumerable.Repeat(0.4f, SamSpec.AllAmplitudes)], [.. Enumerable.Repeat(0.3f, SamSpec.AllAmplitudes)]);
    }
}
