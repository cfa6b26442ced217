using System.Text.Json;
using System.Text.Json.Nodes;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Networks.Quantization;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;

namespace CDNet.MLNet.Scoring;

/// <summary>What a saved model needs to compute in 8 bits beside its own numbers (<see cref="ModelQuantization"/>).</summary>
/// <param name="Ranges">The range of each tensor that is kept as bytes, by the names that the network's graph gives them.</param>
/// <param name="Turn">What its projection adds for what the network in 8 bits knows of a face.</param>
internal sealed record Int8Settings(IReadOnlyDictionary<string, ActivationRange> Ranges, LineTurn Turn)
{
    /// <summary>Most letters of the settings of a model.</summary>
    public const int MaxTextLength = 1 << 18;

    private const string Key = "cdnet.int8";
    private const string RangesName = "ranges";
    private const string WeightsName = "turn";
    private const string OffsetName = "offset";
    private const string What = "settings for 8 bits";

    /// <summary>The settings in the network's model, or null where it has none.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static Int8Settings? Read(ModelProto network)
    {
        if (ModelArchive.Metadata(network, Key) is not { } text)
            return null;
        if (text.Length > MaxTextLength)
            throw new InvalidDataException($"The model's {What} have {text.Length:N0} letters; at most {MaxTextLength:N0} are read.");
        try
        {
            var json = JsonNode.Parse(text)!;
            var ranges = json[RangesName]!.AsObject().ToDictionary(entry => entry.Key, entry => new ActivationRange((float)entry.Value![0]!, (float)entry.Value[1]!));
            return new Int8Settings(ranges, new LineTurn(NumbersText.Parse((string)json[WeightsName]!, SamSpec.Concatenated, What), (float)json[OffsetName]!));
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The model's {What} are damaged: {e.Message}", e);
        }
    }

    /// <summary>Writes the settings into the network's model, in place of those that it has.</summary>
    public void AddTo(ModelProto network)
    {
        var ranges = new JsonObject(Ranges.Select(range => KeyValuePair.Create<string, JsonNode?>(range.Key, new JsonArray(range.Value.Least, range.Value.Most))));
        ModelArchive.SetMetadata(network, Key, new JsonObject { [RangesName] = ranges, [WeightsName] = NumbersText.Of(Turn.Weights), [OffsetName] = Turn.Offset }.ToJsonString());
    }

    /// <summary>Takes the settings out of a network's model whose numbers change: they belong to the numbers that were.</summary>
    public static void RemoveFrom(ModelProto network) => ModelArchive.SetMetadata(network, Key, null);

    /// <summary>Lets a graph compute in 8 bits.</summary>
    /// <param name="graph">The graph, which is changed.</param>
    /// <param name="nameOf">What the graph calls a tensor of the network.</param>
    /// <param name="vector">The tensor of the parts side by side, as the graph calls it.</param>
    /// <param name="centres">The model's centres.</param>
    /// <exception cref="InvalidDataException">The settings belong to another network.</exception>
    public void ApplyTo(GraphProto graph, Func<string, string> nameOf, string vector, ClusterCentres centres)
    {
        QuantizedGraph.Apply(graph, Ranges.ToDictionary(range => nameOf(range.Key), range => range.Value));
        Projection.Read(graph, vector, graph.Name)?.Turn(Turn, centres).Store(graph, vector);
    }
}
