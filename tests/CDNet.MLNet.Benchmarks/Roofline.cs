using System.Diagnostics;
using System.Globalization;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Scoring.Batching;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace CDNet.MLNet.Benchmarks;

/// <summary>What this machine could do at best with the network's convolutions: its peak in matrix products, its bandwidth in copying, and of each layer the longer of its two times.</summary>
internal static class Roofline
{
    private const int Side = 2048;
    private const int CopyBytes = 256 << 20;
    private const int Times = 5;

    /// <summary>Prints the measured speed beside the machine's.</summary>
    /// <param name="graph">The scorer's graph.</param>
    /// <param name="facesPerSecond">The speed measured.</param>
    public static void Report(ScorerGraph graph, double facesPerSecond)
    {
        var (peak, bandwidth, layers) = (Gemm(), Copy(), Layers(graph.Build(ScorerGraph.Score)));
        var operations = layers.Sum(layer => layer.Operations);
        var seconds = layers.Sum(layer => Math.Max(layer.Operations / peak, layer.Bytes / bandwidth));
        string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        Console.WriteLine();
        Console.WriteLine(Line($"Matrix product of {Side}x{Side}, {Environment.ProcessorCount} threads: {peak / 1e9:F0} GFLOP/s. Copying: {bandwidth / 1e9:F1} GB/s, read and written."));
        Console.WriteLine(Line($"Convolutions of a face: {operations / 1e9:F2} GFLOP, {layers.Sum(layer => layer.Bytes) / 1e6:F0} MB read and written where nothing stays in a cache."));
        foreach (var group in layers.GroupBy(layer => layer.Kind))
            Console.WriteLine(Line($"- {group.Key}: {group.Sum(layer => layer.Operations) / operations:P0} of the operations, {group.Sum(layer => layer.Bytes) / layers.Sum(layer => layer.Bytes):P0} of the bytes, {group.Sum(layer => layer.Operations) / group.Sum(layer => layer.Bytes):F1} FLOP a byte (the machine: {peak / bandwidth:F1})"));
        Console.WriteLine(Line($"Measured: {operations * facesPerSecond / 1e9:F0} GFLOP/s, {operations * facesPerSecond / peak:P0} of the peak. Roofline (each layer the longer of computing and memory): {1 / seconds:F1} faces/s, {operations / seconds / peak:P0} of the peak; measured {facesPerSecond * seconds:P0} of it."));
    }

    private static double Gemm()
    {
        var graph = new OnnxGraphBuilder("gemm");
        var random = new Random(1);
        float[] Numbers() => [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle() - 0.5f)];
        graph.Output(graph.Node("MatMul", [graph.Input("a", OnnxType.Float, Side, Side), graph.Constant(Numbers(), Side, Side)]), "product", OnnxType.Float, Side, Side);
        using var options = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount };
        using var session = new InferenceSession(graph.Build(), options);
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(Numbers(), [Side, Side]);
        return 2 * Math.Pow(Side, 3) / Best(() => session.Run(run, ["a"], [input], ["product"]).Dispose());
    }

    private static double Copy()
    {
        var (from, to, threads) = (new byte[CopyBytes], new byte[CopyBytes], Environment.ProcessorCount);
        return 2.0 * CopyBytes / Best(() => Parallel.For(0, threads, i =>
        {
            var length = CopyBytes / threads;
            Buffer.BlockCopy(from, i * length, to, i * length, length);
        }));
    }

    private static double Best(Action action)
    {
        action();
        return Enumerable.Range(0, Times).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        });
    }

    private static List<(string Kind, double Operations, double Bytes)> Layers(ModelProto model)
    {
        var convolutions = model.Graph.Node.Where(node => node.OpType == "Conv").ToList();
        string[] tensors = [.. convolutions.SelectMany(node => new[] { node.Input[0], node.Output[0] }).Distinct()];
        var looked = model.Clone();
        looked.Graph.Output.AddRange(tensors.Select(tensor => new ValueInfoProto { Name = tensor, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)OnnxType.Float } } }));
        using var session = new InferenceSession(looked.ToByteArray());
        using var run = new RunOptions();
        var probe = FaceCrops.Probe();
        string[] inputs = [.. FaceColumns.Crops.Where(session.InputMetadata.ContainsKey)];
        OrtValue[] values = [.. inputs.Select(column => OrtValue.CreateTensorValueFromMemory(probe.Of(column), [1, 3, SideOf(column), SideOf(column)]))];
        using var outputs = session.Run(run, inputs, values, tensors);
        var shapes = tensors.Zip(outputs, (tensor, value) => (tensor, value.GetTensorTypeAndShape().Shape)).ToDictionary();
        return [.. convolutions.Select(node =>
        {
            var (input, output) = (shapes[node.Input[0]], shapes[node.Output[0]]);
            var kernel = node.Attribute.First(attribute => attribute.Name == "kernel_shape").Ints;
            var groups = node.Attribute.FirstOrDefault(attribute => attribute.Name == "group")?.I ?? 1;
            var area = kernel[0] * kernel[1];
            var kind = groups > 1 ? "depthwise" : area > 1 ? "whole" : "pointwise";
            return (kind, 2.0 * Count(output) * area * input[1] / groups, 4.0 * (Count(input) + Count(output)));
        })];
    }

    private static int SideOf(string column) => column == FaceColumns.Face ? FacePartCropOptions.FaceSide : FacePartCropOptions.PartSide;

    private static double Count(long[] shape) => shape.Aggregate(1.0, (product, size) => product * size);
}
