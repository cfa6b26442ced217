using System.Text.Json;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Networks.Quantization;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Scoring;

/// <summary>What a saved model needs to compute in 8 bits beside its own numbers (<see cref="ModelQuantization"/>).</summary>
/// <param name="ChannelFactors">How the channels are evened out first (<see cref="ChannelEqualizer"/>), by the names that the network's graph gives its tensors.</param>
/// <param name="Ranges">The range of each tensor that is kept as bytes.</param>
/// <param name="FeatureShift">What the features F have more in 32 bits than in 8, on the average over faces.</param>
internal sealed record Int8Settings(IReadOnlyDictionary<string, byte[]> ChannelFactors, IReadOnlyDictionary<string, ActivationRange> Ranges, float[] FeatureShift)
{
    /// <summary>Most letters of the settings of a model.</summary>
    public const int MaxTextLength = 1 << 18;

    private const string Key = "cdnet.int8";
    private const string What = "settings for 8 bits";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The settings in the network's model, or null where it has none.</summary>
    /// <param name="network">The network.</param>
    /// <param name="features">Length of the features F.</param>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static Int8Settings? Read(ModelProto network, long features)
    {
        if (ModelArchive.Metadata(network, Key) is not { } text)
            return null;
        if (text.Length > MaxTextLength)
            throw new InvalidDataException($"The model's {What} have {text.Length:N0} letters; at most {MaxTextLength:N0} are read.");
        try
        {
            var saved = JsonSerializer.Deserialize<Saved>(text, Json) ?? throw new InvalidDataException($"The model's {What} are empty.");
            ActivationRange Range(SavedRange? range) => range is not null ? new ActivationRange(range.Least, range.Most) : throw new InvalidDataException($"The model's {What} have an empty range.");
            byte[] Factors(byte[]? factors) => factors ?? throw new InvalidDataException($"The model's {What} have empty factors.");
            return new Int8Settings(saved.ChannelFactors.ToDictionary(factors => factors.Key, factors => Factors(factors.Value)), saved.Ranges.ToDictionary(range => range.Key, range => Range(range.Value)), NumbersText.Parse(saved.FeatureShift, (int)features, What));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The model's {What} are damaged: {e.Message}", e);
        }
    }

    /// <summary>Writes the settings into the network's model, in place of those that it has.</summary>
    public void AddTo(ModelProto network)
    {
        var saved = new Saved(ChannelFactors.ToDictionary(factors => factors.Key, byte[]? (factors) => factors.Value), Ranges.ToDictionary(range => range.Key, SavedRange? (range) => new SavedRange(range.Value.Least, range.Value.Most)), NumbersText.Of(FeatureShift));
        ModelArchive.SetMetadata(network, Key, JsonSerializer.Serialize(saved, Json));
    }

    /// <summary>Takes the settings out of a network's model whose numbers change: they belong to the numbers that were.</summary>
    public static void RemoveFrom(ModelProto network) => ModelArchive.SetMetadata(network, Key, null);

    /// <summary>Lets a graph with the network compute in 8 bits; the features stay to be shifted.</summary>
    /// <param name="graph">The graph, which is changed.</param>
    /// <param name="nameOf">What the graph calls a tensor of the network.</param>
    /// <exception cref="InvalidDataException">The settings belong to another network.</exception>
    public void ApplyTo(GraphProto graph, Func<string, string> nameOf)
    {
        ChannelEqualizer.Apply(graph, ChannelFactors.ToDictionary(factors => nameOf(factors.Key), factors => factors.Value));
        QuantizedGraph.Apply(graph, Ranges.ToDictionary(range => nameOf(range.Key), range => range.Value));
    }

    private sealed record Saved(Dictionary<string, byte[]?> ChannelFactors, Dictionary<string, SavedRange?> Ranges, string FeatureShift);

    private sealed record SavedRange(float Least, float Most);
}
