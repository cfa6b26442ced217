using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Networks.Quantization;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Scoring.Batching;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring;

/// <summary>
/// Makes a saved model ready to compute in 8 bits (<see cref="ScoringPrecision.EightBit"/>): measures on pictures how large what flows through its network gets, evens the channels out, and fits the last layer to what the network
/// knows in 8 bits, as <see cref="ProjectionRefit"/> does it in 32. No gradient, no libtorch. In 32 bits the model stays as it is, but for rounding.
/// </summary>
/// <remarks>
/// Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", 2018, for the form: kernels with a scale for each channel, what flows between them with one for each tensor. Without the fit
/// the scores lose most: what tells the classes apart are directions in which faces hardly vary, and there the rounding is as large as they are.
/// </remarks>
public static class ModelQuantization
{
    // More move the ranges by less than the margin.
    private const int MeasuredPictures = 128;

    // The mean of the faces' extremes, with room for those above it: the largest of all would leave the others few steps.
    private const float Margin = 1.25f;

    /// <summary>Writes a model that can compute in 8 bits too.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="training">The pictures to measure and fit to, best those that the model was trained on; of each the most confident face counts, those without one are left out.</param>
    /// <param name="validation">Pictures by which the shrinkage is chosen; may be empty where the options name one alone.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <param name="options">How the last layer is fitted; the defaults where null.</param>
    /// <param name="progress">Receives the number of pictures that are done, validation pictures first; those that are measured do not count.</param>
    /// <param name="cancellation">Ends the work; nothing is written.</param>
    /// <returns>What came of the fit; the AUC before is of the last layer as it was behind the network in 8 bits.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or there are several shrinkages and no validation pictures of both classes.</exception>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, decides without centres, or has a network without such a projection.</exception>
    /// <exception cref="InvalidOperationException">A class has no face, or both look the same to the network.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ProjectionRefitReport Write(
        string source, IReadOnlyList<LabeledPicture> training, IReadOnlyList<LabeledPicture> validation, string target, ProjectionRefitOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        using var model = CDNetModel.Open(source);
        var fit = new ProjectionFit(model, training, validation, options ?? new ProjectionRefitOptions());
        // Its nodes serve the model too.
        var network = NetworkVectors.Graph(model).Clone();
        var faces = Sample(model, training, cancellation);
        var sizes = ChannelSizes(network, faces, cancellation);
        ChannelEqualizer.Apply(network.Graph, sizes);
        var ranges = Ranges(network, faces, cancellation);
        QuantizedGraph.Apply(network.Graph, ranges);
        using var vectors = new NetworkVectors(model, network);
        var (turn, report) = fit.Run(vectors, progress, cancellation);
        var settings = new Int8Settings(Saved(ranges), turn);
        SavedModelRewriter.Write(source, target, saved =>
        {
            if (!FeatureGraph.IsIn(saved))
                return null;
            ChannelEqualizer.Apply(saved.Graph, Saved(sizes));
            settings.AddTo(saved);
            return saved;
        });
        return report;
    }

    /// <summary>Faces of pictures from all over the list.</summary>
    private static FaceCrops[] Sample(CDNetModel model, IReadOnlyList<LabeledPicture> pictures, CancellationToken cancellation)
    {
        var step = Math.Max(1, pictures.Count / MeasuredPictures);
        var crops = WorkAhead.Run(pictures.Where((_, i) => i % step == 0).Select(picture => (Func<FaceCrops?>)(() => NetworkVectors.Crop(model, picture.Path, new PictureView()))), cancellation);
        FaceCrops[] faces = [.. crops.OfType<FaceCrops>()];
        return faces.Length > 0 ? faces : throw new InvalidOperationException($"No face was found in any of the {(pictures.Count + step - 1) / step:N0} training pictures that were looked at to measure the network.");
    }

    private static Dictionary<string, float[]> ChannelSizes(ModelProto network, FaceCrops[] faces, CancellationToken cancellation)
    {
        string[] tensors = [.. ChannelGroup.Of(network.Graph).SelectMany(group => group.Tensors)];
        return Means(network, faces, probe => tensors.ToDictionary(tensor => tensor, probe.ChannelSizes), cancellation);
    }

    private static Dictionary<string, ActivationRange> Ranges(ModelProto network, FaceCrops[] faces, CancellationToken cancellation)
    {
        var tensors = new QuantizablePart(network.Graph).Tensors;
        var least = Means(network, faces, probe => tensors.ToDictionary(tensor => tensor, probe.Least), cancellation);
        var most = Means(network, faces, probe => tensors.ToDictionary(tensor => tensor, probe.Most), cancellation);
        return tensors.ToDictionary(tensor => tensor, tensor => new ActivationRange(Margin * least[tensor][0], Margin * most[tensor][0]));
    }

    /// <summary>The means over faces of what probes say, by what the probes are called.</summary>
    private static Dictionary<string, float[]> Means(ModelProto network, FaceCrops[] faces, Func<ActivationProbe, Dictionary<string, string>> probes, CancellationToken cancellation)
    {
        var copy = network.Clone();
        var outputs = probes(new ActivationProbe(copy.Graph));
        string[] names = [.. outputs.Values];
        using var session = new CropSession(copy.ToByteArray(), Environment.ProcessorCount);
        float[][]? sums = null;
        foreach (var face in faces)
        {
            cancellation.ThrowIfCancellationRequested();
            var values = session.Run([face], names);
            sums = sums is null ? values : [.. sums.Zip(values, (sum, value) => sum.Zip(value, (a, b) => a + b).ToArray())];
        }
        return outputs.Keys.Zip(sums!, (key, sum) => (key, sum.Select(number => number / faces.Length).ToArray())).ToDictionary();
    }

    private static Dictionary<string, T> Saved<T>(Dictionary<string, T> byTensor) => byTensor.ToDictionary(entry => ScorerGraph.NetworkNameOf(entry.Key), entry => entry.Value);
}
