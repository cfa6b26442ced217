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

    private static readonly Dictionary<string, FeatureNetwork> Networks = [];

    /// <summary>One network of each name for all tests: 20 million initial weights take a while. A test may change its statistics, not its weights.</summary>
    public static FeatureNetwork Shared(string name)
    {
        if (!Networks.TryGetValue(name, out var network))
        {
            Networks[name] = network = NetworkRegistry.Find(name, "Network").Create(Full, new Random(1));
            // It outlives the test that asks first.
            foreach (var tensor in network.state_dict().Values)
                tensor.DetachFromDisposeScope();
        }
        return network;
    }

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

    /// <summary>Runs a graph on one face, or on a batch of them where its inputs were joined.</summary>
    public static float[] Run(InferenceSession session, FeatureGraph graph, Tensor faces, Tensor parts, Tensor amplitudes, bool isBatch = false)
    {
        var inputs = graph.Columns.Select(column => Input(column, faces, parts, amplitudes, isBatch)).ToArray();
        using var results = session.Run(inputs);
        return [.. results.Single().AsEnumerable<float>()];
    }

    private static NamedOnnxValue Input(string column, Tensor faces, Tensor parts, Tensor amplitudes, bool isBatch)
    {
        var (name, count) = (FeatureSignature.Input(column), faces.shape[0]);
        Tensor Rows(Tensor batch) => isBatch ? batch.contiguous() : batch[0].contiguous();
        int[] Shape(Tensor rows) => [.. rows.shape.Select(size => (int)size)];
        var crop = FaceColumns.Crops.ToList().IndexOf(column);
        if (crop >= 0)
        {
            var bytes = Rows(crop == 0 ? faces : parts.slice(0, (crop - 1) * count, crop * count, 1));
            return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<byte>(bytes.data<byte>().ToArray(), Shape(bytes)));
        }
        var start = FaceColumns.Amplitudes.ToList().IndexOf(column) * SamSpec.Amplitudes;
        var values = Rows(amplitudes.slice(1, start, start + SamSpec.Amplitudes, 1));
        return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values.data<float>().ToArray(), Shape(values)));
    }
}
