using CDNet.MLNet.Onnx.Protobuf;

namespace CDNet.MLNet.Networks.Quantization;

/// <summary>
/// Moves scales of channels from one convolution to the next, so that the channels of what flows between them are about equally large and one step of a byte does for all (Nagel et al., "Data-free quantization through weight
/// equalization and bias correction", 2019). What the network computes stays the same but for rounding.
/// </summary>
internal static class ChannelEqualizer
{
    // A kernel has a scale for each of its rows; columns share it, so that channels which are made large there cost other weights their digits.
    private const double ShareOfColumns = 0.75;

    // What is hardly ever there is not blown up without end: 32 times at most.
    private const int MostOctaves = 5;
    private const int StepsOfOctave = 32;

    // Stands for 0, which has no logarithm.
    private const double Least = 1e-6;

    /// <summary>What each channel should be multiplied by, in thirty-seconds of octaves above 1, for each group by its first tensor.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="sizes">How large each channel of each of the tensors of its groups gets (<see cref="ChannelGroup.Tensors"/>).</param>
    public static Dictionary<string, byte[]> Factors(GraphProto graph, IReadOnlyDictionary<string, float[]> sizes)
        => ChannelGroup.Of(graph).ToDictionary(group => group.Tensors[0], group => Factors(graph, group, sizes));

    /// <summary>Changes the kernels and biases of a network.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="factors">The factors of each group.</param>
    /// <exception cref="InvalidDataException">They belong to another network.</exception>
    public static void Apply(GraphProto graph, IReadOnlyDictionary<string, byte[]> factors)
    {
        foreach (var group in ChannelGroup.Of(graph).ToArray())
        {
            if (!factors.TryGetValue(group.Tensors[0], out var steps) || steps.Length != SavedNetwork.Find(graph, group.Makers[0].Input[1])!.Dims[0])
                throw new InvalidDataException($"The settings for 8 bits do not belong to this network: the channels of {group.Tensors[0]} have no factors, or others.");
            float[] rows = [.. steps.Select(step => (float)Math.Pow(2, step / (double)StepsOfOctave))];
            foreach (var maker in group.Makers)
            {
                for (var i = 1; i < maker.Input.Count; i++)
                    ScaleRows(graph, maker.Input[i], rows);
            }
            float[] inverse = [.. rows.Select(factor => 1 / factor)];
            foreach (var reader in group.Readers)
            {
                if (QuantizablePart.IsDepthwise(reader))
                    ScaleRows(graph, reader.Input[1], inverse);
                else
                    ScaleColumns(graph, reader.Input[1], inverse);
            }
        }
    }

    /// <summary>None for the channel that is largest beside the weights that read it, more for the others.</summary>
    private static byte[] Factors(GraphProto graph, ChannelGroup group, IReadOnlyDictionary<string, float[]> sizes)
    {
        // Each tensor of a group counts the same, however large it is.
        var shares = group.Tensors.Select(tensor => sizes[tensor]).Select(channels => channels.Select(size => size / (double)channels.Max()).ToArray()).ToArray();
        double[] octaves = [.. Enumerable.Range(0, shares[0].Length).Select(i => Math.Log2(Math.Max(shares.Average(tensor => tensor[i]), Least)))];
        NodeProto[] mixing = [.. group.Readers.Where(reader => !QuantizablePart.IsDepthwise(reader))];
        foreach (var reader in mixing)
        {
            var columns = Columns(graph, reader);
            for (var i = 0; i < octaves.Length; i++)
                octaves[i] = ShareOfColumns * octaves[i] - (1 - ShareOfColumns) * Math.Log2(columns[i] / columns.Max()) / mixing.Length;
        }
        var largest = octaves.Max();
        return [.. octaves.Select(octave => (byte)Math.Round(StepsOfOctave * Math.Min(MostOctaves, largest - octave)))];
    }

    /// <summary>The largest weight of each input channel of a convolution that sums channels up.</summary>
    private static double[] Columns(GraphProto graph, NodeProto node)
    {
        var kernel = SavedNetwork.Find(graph, node.Input[1])!;
        var (weights, columns) = (SavedNetwork.Numbers(kernel, node.Name), new double[kernel.Dims[1]]);
        var column = ColumnOf(weights.Length, kernel);
        for (var i = 0; i < weights.Length; i++)
            columns[column(i)] = Math.Max(columns[column(i)], Math.Abs(weights[i]));
        return [.. columns.Select(weight => Math.Max(weight, Least))];
    }

    private static Func<int, int> ColumnOf(int length, TensorProto kernel)
    {
        var (columns, each) = ((int)kernel.Dims[1], (int)(kernel.Dims[2] * kernel.Dims[3]));
        return i => i / each % columns;
    }

    private static void ScaleRows(GraphProto graph, string constant, float[] factors) => Scale(graph, constant, factors, (length, _) => i => i / (length / factors.Length));

    private static void ScaleColumns(GraphProto graph, string constant, float[] factors) => Scale(graph, constant, factors, ColumnOf);

    private static void Scale(GraphProto graph, string constant, float[] factors, Func<int, TensorProto, Func<int, int>> channels)
    {
        var tensor = SavedNetwork.Find(graph, constant)!;
        var numbers = SavedNetwork.Numbers(tensor, constant);
        var channel = channels(numbers.Length, tensor);
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] *= factors[channel(i)];
        SavedNetwork.Store(tensor, numbers);
    }
}
