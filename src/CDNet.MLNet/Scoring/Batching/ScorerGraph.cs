using System.Runtime.InteropServices;
using CDNet.MLNet.Calibration;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Decision;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>What a saved model does with crops, as one ONNX graph of batches: amplitudes, network and decision joined.</summary>
/// <remarks>Inputs: the crops that the network needs, uint8 [N,3,side,side], called like their columns.</remarks>
internal sealed class ScorerGraph
{
    /// <summary>An output: the score, float [N,1].</summary>
    public const string Score = FaceColumns.Score;

    /// <summary>An output: probability of fake, calibrated where the model is, float [N,1].</summary>
    public const string Probability = FaceColumns.Probability;

    /// <summary>An output: the features F of Eq. 1, float [N,length].</summary>
    public const string Features = FaceColumns.Features;

    /// <summary>An output: squared distance to the centre of the real images, float [N,1]. Not with a fully connected head.</summary>
    public const string DistanceToReal = FaceColumns.DistanceToReal;

    /// <summary>An output: squared distance to the centre of the fake images, float [N,1]. Not with a fully connected head.</summary>
    public const string DistanceToFake = FaceColumns.DistanceToFake;

    /// <summary>An output: what the network knows of each part, side by side, float [N,<see cref="SamLayout.Length"/>]. Only of the selective attention module.</summary>
    public const string Vector = "Vector";

    private const string GraphName = "cdnet";
    private const string NetworkPrefix = "network.";

    private readonly OnnxBatchJoiner _joiner = new(GraphName);
    private readonly Dictionary<string, (string Tensor, long Length)> _outputs = [];
    private Int8Settings? _int8;

    private ScorerGraph()
    {
    }

    /// <summary>Whether it can compute in 8 bits.</summary>
    public bool HasInt8 => _int8 is not null;

    /// <summary>The outputs that there are.</summary>
    public IReadOnlyCollection<string> Outputs => _outputs.Keys;

    /// <summary>Joins the models of a zip.</summary>
    /// <returns>The graph, or null where the model is put together in another way, or of an older version.</returns>
    public static ScorerGraph? Of(ModelArchive archive)
    {
        var (amplitudes, network) = (archive.Find(DctAmplitudeGraph.GraphName), archive.FindWith(FeatureGraph.TrainingKey));
        var (cluster, head) = (archive.Find(ClusterDecisionGraph.GraphName), archive.Find(FullyConnectedDecisionGraph.GraphName));
        if (network is null || (cluster ?? head) is not { } decision || !OnnxBatchJoiner.IsOfRows(network) || !OnnxBatchJoiner.IsOfRows(decision))
            return null;
        var graph = new ScorerGraph();
        // The inputs of the network, by column: the crops themselves, and what is made of them.
        var sources = FaceColumns.Crops.ToDictionary(FeatureSignature.Input);
        if (amplitudes is not null && OnnxBatchJoiner.IsOfRows(amplitudes))
        {
            var crops = FaceColumns.Crops.ToDictionary(DctAmplitudeGraph.InputOf);
            if (!amplitudes.Graph.Input.All(input => crops.ContainsKey(input.Name)))
                return null;
            var made = graph._joiner.Add(amplitudes, "amplitudes.", input => crops[input]);
            foreach (var column in FaceColumns.Amplitudes)
            {
                if (made.TryGetValue(DctAmplitudeGraph.OutputOf(column), out var batch))
                    sources[FeatureSignature.Input(column)] = batch;
            }
        }
        if (!network.Graph.Input.All(input => sources.ContainsKey(input.Name)))
            return null;
        var features = graph._joiner.Add(network, NetworkPrefix, input => sources[input])[FeatureSignature.Output];
        graph._outputs[Features] = (features, network.Graph.Output.First(output => output.Name == FeatureSignature.Output).Type.TensorType.Shape.Dim[^1].DimValue);
        graph.AddDecision(decision, features, isCluster: cluster is not null, CalibrationGraph.Read(archive));
        if (ModelArchive.Metadata(network, FeatureGraph.VectorKey) is { } vector)
            graph._outputs[Vector] = (NameOf(vector), SamWidening.LayoutOf(network).Length);
        graph._int8 = Int8Settings.Read(network, graph._outputs[Features].Length);
        return graph;
    }

    /// <summary>The model from crops to some of the <see cref="Outputs"/>.</summary>
    public ModelProto Build(params IEnumerable<string> outputs) => Build(outputs, null);

    /// <inheritdoc cref="Build(IEnumerable{string})"/>
    /// <param name="outputs">What it gives.</param>
    /// <param name="metadata">Texts to attach.</param>
    public ModelProto Build(IEnumerable<string> outputs, IReadOnlyDictionary<string, string>? metadata) => _joiner.Build(outputs.Select(Output), metadata);

    /// <summary>The name that a tensor of the network has in the graph.</summary>
    public static string NameOf(string tensor) => OnnxBatchJoiner.NameOf(NetworkPrefix, tensor);

    /// <summary>The tensor of the network that has a name in the graph.</summary>
    public static string NetworkNameOf(string tensor) => tensor[NetworkPrefix.Length..];

    /// <summary>The model from crops to some of the <see cref="Outputs"/>, with the convolutions in 8 bits.</summary>
    /// <exception cref="InvalidDataException">What it needs for that belongs to another network.</exception>
    /// <exception cref="InvalidOperationException">The model was not made ready for it.</exception>
    public ModelProto BuildInt8(params IEnumerable<string> outputs)
    {
        var settings = _int8 ?? throw new InvalidOperationException("The model has no ranges for 8 bits; cdnet models quantize measures them.");
        // The joiner's nodes serve other builds too.
        var model = Build(outputs).Clone();
        settings.ApplyTo(model.Graph, NameOf);
        Shift(model.Graph, _outputs[Features].Tensor, settings.FeatureShift);
        return model;
    }

    /// <summary>Adds numbers to a tensor [N,length] before anything reads it.</summary>
    private static void Shift(GraphProto graph, string tensor, float[] numbers)
    {
        var maker = graph.Node.Single(node => node.Output.Contains(tensor));
        var (before, constant) = ($"{tensor}.before", $"{tensor}.shift");
        (maker.Name, maker.Output[0]) = (before, before);
        graph.Node.Insert(graph.Node.IndexOf(maker) + 1, OnnxGraphBuilder.NodeOf("Add", tensor, [before, constant]));
        graph.Initializer.Add(OnnxGraphBuilder.Tensor(constant, OnnxType.Float, MemoryMarshal.AsBytes(numbers.AsSpan()), numbers.Length));
    }

    /// <summary>The model from <see cref="Vector"/>, under the name that <paramref name="input"/> receives, and the face, which tells whether there is one, to the score.</summary>
    /// <exception cref="InvalidOperationException">The network has no such vector.</exception>
    public ModelProto BuildBehindVector(out string input)
    {
        if (!_outputs.TryGetValue(Vector, out var vector))
            throw new InvalidOperationException("The network does not keep its parts apart.");
        input = vector.Tensor;
        return _joiner.Build([Output(Score)], null, vector);
    }

    private (string Tensor, string Name, long[] Shape) Output(string name)
        => _outputs.TryGetValue(name, out var output) ? (output.Tensor, name, [output.Length]) : throw new InvalidOperationException($"The model has no output {name}.");

    private void AddDecision(ModelProto decision, string features, bool isCluster, ScoreCalibration? calibration)
    {
        var verdict = _joiner.Add(decision, "decision.", _ => features).Values.Single();
        var axis = _joiner.Integer("axis", 1);
        string[] bounds = [.. Enumerable.Range(0, 5).Select(i => _joiner.Integer($"from{i}", i))];
        (string, long) Number(int i, string name) => (_joiner.Node("Slice", name, [verdict, bounds[i], bounds[i + 1], axis]), 1);
        _outputs[Score] = Number(0, "verdict.score");
        _outputs[Probability] = calibration is null ? Number(1, "verdict.probability") : (Calibrated(_outputs[Score].Tensor, calibration), 1);
        if (isCluster)
            (_outputs[DistanceToReal], _outputs[DistanceToFake]) = (Number(2, "verdict.toReal"), Number(3, "verdict.toFake"));
    }

    private string Calibrated(string score, ScoreCalibration calibration)
    {
        var scaled = _joiner.Node("Mul", "calibration.scaled", [score, _joiner.Number("calibration.slope", calibration.Slope)]);
        return _joiner.Node("Sigmoid", "calibration.probability", [_joiner.Node("Add", "calibration.logOdds", [scaled, _joiner.Number("calibration.offset", calibration.Offset)])]);
    }
}
