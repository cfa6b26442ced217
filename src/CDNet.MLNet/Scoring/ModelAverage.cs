using System.Globalization;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.MLNet.Scoring;

/// <summary>The mean of models of which each was trained from the one before: often better than the best of them, at the cost of one.</summary>
/// <remarks>
/// Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time", 2022, section 2. Models that were trained from different random weights have no
/// useful mean. The probabilities are those of the first model: calibrate anew. Centres and what parts look like on the average are the mean of the models' own, which is near what would be measured
/// (<see cref="PartMeansWriter"/> measures the latter).
/// </remarks>
public static class ModelAverage
{
    // Shorter constants are biases, statistics and the like, which may well be alike in any two networks.
    private const int LeastOfKernel = 256;
    private const double LeastKinship = 0.5;

    /// <summary>Writes a model whose network, centres and means of parts are the mean of others'; all else is the first one's.</summary>
    /// <param name="sources">Two model zips at least, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="target">The zip to write; it may be one of them.</param>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    /// <exception cref="FileNotFoundException">One of them does not exist.</exception>
    /// <exception cref="InvalidDataException">One is no model, a damaged one, has another network or decision than the first, or was not trained from it.</exception>
    public static void Write(IReadOnlyList<string> sources, string target)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (sources.Count < 2)
            throw new ArgumentException($"A mean is of two models at least, not of {sources.Count}.", nameof(sources));
        var others = sources.Skip(1).Select(source => (Name: source, Archive: Read(source))).ToArray();
        SavedModelRewriter.Write(sources[0], target, model =>
        {
            if (!FeatureGraph.IsIn(model) && ClusterDecisionGraph.ReadCentres(model) is null)
                return null;
            var name = model.Graph.Name;
            if (FeatureGraph.IsIn(model))
                RequireSameLayout(sources[0], SamWidening.LayoutOf(model), others);
            Average(model.Graph, [.. others.Select(other => (other.Name, other.Archive.Find(name)?.Graph
                ?? throw new InvalidDataException($"{other.Name}: it has no {name}, which {sources[0]} has; only models of one network and decision have a mean.")))]);
            if (FeatureGraph.IsIn(model) && PartMeans.Average([PartMeans.Read(model), .. others.Select(other => PartMeans.Read(other.Archive))]) is { } means)
                means.AddTo(model);
            Int8Settings.RemoveFrom(model);
            return model;
        });
    }

    private static ModelArchive Read(string source)
    {
        // Says in plain words what is wrong with a file that is no model.
        using (CDNetModel.Open(source))
        {
        }
        using var zip = CDNetModel.OpenZip(source);
        return ModelArchive.Read(zip, source);
    }

    /// <summary>Checks that the last layers read the same: of what only another one reads, the first has no constant that would be missed.</summary>
    private static void RequireSameLayout(string first, SamLayout layout, IEnumerable<(string Name, ModelArchive Archive)> others)
    {
        foreach (var (name, archive) in others)
        {
            if (archive.FindWith(FeatureGraph.TrainingKey) is { } network && SamWidening.LayoutOf(network) != layout)
                throw new InvalidDataException($"{name}: its last layer reads {(layout.IsWide ? "less" : "more")} than that of {first}; widen all or none.");
        }
    }

    private static void Average(GraphProto graph, IReadOnlyList<(string Name, GraphProto Graph)> others)
    {
        foreach (var (name, other) in others)
            RequireKinship(graph, name, other);
        foreach (var (constant, tensor) in SavedNetwork.Constants(graph))
        {
            var sum = Array.ConvertAll(SavedNetwork.Numbers(tensor, graph.Name), static number => (double)number);
            foreach (var (name, other) in others)
            {
                if (SavedNetwork.Find(other, constant) is not { } same || !same.Dims.SequenceEqual(tensor.Dims))
                    throw new InvalidDataException($"{name}: its {graph.Name} has other sizes; only models of one network and decision have a mean.");
                foreach (var (i, number) in SavedNetwork.Numbers(same, name).Index())
                    sum[i] += number;
            }
            SavedNetwork.Store(tensor, Array.ConvertAll(sum, number => (float)(number / (1 + others.Count))));
        }
    }

    /// <summary>Checks that a network went on from the same numbers: kernels of two that did not are at right angles, and their mean computes nothing.</summary>
    private static void RequireKinship(GraphProto graph, string name, GraphProto other)
    {
        var (both, one, two) = (0d, 0d, 0d);
        foreach (var (constant, tensor) in SavedNetwork.Constants(graph))
        {
            if (tensor.Dims.Aggregate(1L, (product, length) => product * length) < LeastOfKernel || SavedNetwork.Find(other, constant) is not { } same)
                continue;
            foreach (var (a, b) in SavedNetwork.Numbers(tensor, graph.Name).Zip(SavedNetwork.Numbers(same, name)))
                (both, one, two) = (both + a * (double)b, one + a * (double)a, two + b * (double)b);
        }
        var cosine = both / Math.Sqrt(one * two);
        if (cosine < LeastKinship)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{name}: it was not trained from the same weights (cosine of both {cosine:F2}; expected {LeastKinship} at least), so that the mean of both would know nothing."));
    }
}
