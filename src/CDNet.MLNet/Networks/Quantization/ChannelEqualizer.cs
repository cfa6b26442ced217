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

    // What is hardly ever there is not blown up without end.
    private const double MostFactor = 32;

    /// <summary>Changes the kernels and biases of a network.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="sizes">How large each channel of each of the tensors of its groups gets (<see cref="ChannelGroup.Tensors"/>).</param>
    public static void Apply(GraphProto graph, IReadOnlyDictionary<string, float[]> sizes)
    {
        foreach (var group in ChannelGroup.Of(graph).ToArray())
        {
            var factors = Factors(graph, group, sizes);
            foreach (var maker in group.Makers)
            {
                for (var i = 1; i < maker.Input.Count; i++)
                    ScaleRows(graph, maker.Input[i], factors);
            }
            float[] inverse = [.. factors.Select(factor => 1 / factor)];
            foreach (var reader in group.Readers)
            {
                if (QuantizablePart.IsDepthwise(reader))
                    ScaleRows(graph, reader.Input[1], inverse);
                else
                    ScaleColumns(graph, reader.Input[1], inverse);
            }
        }
    }

    /// <summary>1 for the channel that is largest beside the weights that read it, more for the others.</summary>
    private static float[] Factors(GraphProto graph, ChannelGroup group, IReadOnlyDictionary<string, float[]> sizes)
    {
        // Each tensor of a group counts the same, however large it is.
        var shares = group.Tensors.Select(tensor => sizes[tensor]).Select(channels => channels.Select(size => size / (double)channels.Max()).ToArray()).ToArray();
        double[] logs = [.. Enumerable.Range(0, shares[0].Length).Select(i => Math.Log(Math.Max(shares.Average(tensor => tensor[i]), 1e-6)))];
        NodeProto[] mixing = [.. group.Readers.Where(reader => !QuantizablePart.IsDepthwise(reader))];
        foreach (var reader in mixing)
        {
            var columns = Columns(graph, reader);
            for (var i = 0; i < logs.Length; i++)
                logs[i] = ShareOfColumns * logs[i] - (1 - ShareOfColumns) * Math.Log(columns[i] / columns.Max()) / mixing.Length;
        }
        var largest = logs.Max();
        return [.. logs.Select(log => (float)Math.Min(MostFactor, Math.Exp(largest - log)))];
    }

    /// <summary>The largest weight of each input channel of a convolution that sums channels up.</summary>
    private static double[] Columns(GraphProto graph, NodeProto node)
    {
        var kernel = SavedNetwork.Find(graph, node.Input[1])!;
        var (weights, columns) = (SavedNetwork.Numbers(kernel, node.Name), new double[kernel.Dims[1]]);
        var column = ColumnOf(weights.Length, kernel);
        for (var i = 0; i < weights.Length; i++)
            columns[column(i)] = Math.Max(columns[column(i)], Math.Abs(weights[i]));
        return [.. columns.Select(weight => Math.Max(weight, 1e-6))];
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
