using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.MLNet.Scoring;

/// <summary>What distances (<see cref="PartMeans.Distance"/>) the faces have that a model was calibrated on: against them a face is familiar or not.</summary>
/// <param name="Distances">Evenly spaced quantiles of the distances, rising, <see cref="Quantiles"/> of them.</param>
internal sealed record FamiliarityScale(float[] Distances)
{
    /// <summary>How many quantiles are kept: familiarity has steps of a thousandth.</summary>
    public const int Quantiles = 1000;

    /// <summary>Fewer faces say nothing of what one in a hundred looks like.</summary>
    public const int LeastFaces = 100;

    private const string Key = "cdnet.vector.distances";

    /// <summary>The scale of distances, or null where there are too few.</summary>
    /// <param name="distances">A number a face; those that are no number are left out.</param>
    public static FamiliarityScale? Of(IEnumerable<float> distances)
    {
        float[] rising = [.. distances.Where(float.IsFinite).Order()];
        return rising.Length < LeastFaces ? null : new FamiliarityScale([.. Enumerable.Range(0, Quantiles).Select(i => rising[(2 * i + 1) * (long)rising.Length / (2 * Quantiles)])]);
    }

    /// <summary>The scale in a saved model, or null where it has none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static FamiliarityScale? Read(ModelArchive archive) => archive.FindWith(FeatureGraph.TrainingKey) is { } network ? Read(network) : null;

    /// <summary>The scale in the network's model, or null where it has none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static FamiliarityScale? Read(ModelProto network)
        => ModelArchive.Metadata(network, Key) is { } text ? new FamiliarityScale(Rising(NumbersText.Parse(text, Quantiles, "distances of faces"))) : null;

    /// <summary>Share of the faces that lie at least as far away, 0 to 1; NaN for NaN.</summary>
    public float ShareBeyond(float distance)
    {
        if (float.IsNaN(distance))
            return float.NaN;
        // Of distances that are the same the first one counts.
        var (first, end) = (0, Distances.Length);
        while (first < end)
        {
            var middle = (first + end) / 2;
            (first, end) = Distances[middle] < distance ? (middle + 1, end) : (first, middle);
        }
        return (Distances.Length - first) / (float)Distances.Length;
    }

    /// <summary>Writes the scale into the network's model; one that it has is replaced.</summary>
    public void AddTo(ModelProto network) => ModelArchive.SetMetadata(network, Key, NumbersText.Of(Distances));

    /// <summary>Takes the scale out of the network's model.</summary>
    public static void RemoveFrom(ModelProto network) => ModelArchive.SetMetadata(network, Key, null);

    private static float[] Rising(float[] distances)
        => distances.Zip(distances.Skip(1)).All(pair => pair.First <= pair.Second) ? distances : throw new InvalidDataException("The model's distances of faces do not rise.");
}
