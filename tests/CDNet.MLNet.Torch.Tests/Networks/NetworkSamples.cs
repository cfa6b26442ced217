using CDNet.MLNet.Networks;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Torch.Networks;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace CDNet.MLNet.Torch.Tests.Networks;

/// <summary>Drawn inputs, trained-looking weights and the run of a scoring model, for tests of every network.</summary>
internal static class NetworkSamples
{
    public static readonly ComputePrecision Full = new(ScalarType.Float32);

    public static (Tensor Faces, Tensor Parts, Tensor Amplitudes) Inputs(int count, int faceSide, int partSide, int seed = 0)
    {
        using var generator = new Generator((ulong)seed);
        return (
            randint(1, 256, [count, 3, faceSide, faceSide], ScalarType.Byte, generator: generator),
            randint(1, 256, [SamSpec.Parts * count, 3, partSide, partSide], ScalarType.Byte, generator: generator),
            rand([count, SamSpec.AllAmplitudes], ScalarType.Float32, generator: generator));
    }

    /// <summary>Gives statistics and scales values as after a training, so that folding them is put to the test.</summary>
    public static void Scramble(FeatureNetwork network)
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

    public static float[] Run(InferenceSession session, FeatureGraph graph, Tensor faces, Tensor parts, Tensor amplitudes)
    {
        var inputs = graph.Columns.Select(column => Input(column, faces, parts, amplitudes)).ToArray();
        using var results = session.Run(inputs);
        return [.. results.Single().AsEnumerable<float>()];
    }

    private static NamedOnnxValue Input(string column, Tensor faces, Tensor parts, Tensor amplitudes)
    {
        var name = FeatureSignature.Input(column);
        var crop = FaceColumns.Crops.ToList().IndexOf(column);
        if (crop >= 0)
            return Bytes(name, crop == 0 ? faces : parts[crop - 1].unsqueeze(0));
        var start = FaceColumns.Amplitudes.ToList().IndexOf(column) * SamSpec.Amplitudes;
        var values = amplitudes.slice(1, start, start + SamSpec.Amplitudes, 1).contiguous().data<float>().ToArray();
        return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values, [1, SamSpec.Amplitudes]));
    }

    private static NamedOnnxValue Bytes(string name, Tensor tensor)
        => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<byte>(tensor.contiguous().data<byte>().ToArray(), [.. tensor.shape.Select(size => (int)size)]));
}
