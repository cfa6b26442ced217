using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Networks.Quantization;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Scoring.Batching;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring;

/// <summary>
/// Makes a saved model ready to compute in 8 bits (<see cref="ScoringPrecision.EightBit"/>): measures on pictures how large what flows through its network gets. Its numbers stay as they are, and so do
/// its scores in 32 bits.
/// </summary>
/// <remarks>
/// Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", 2018, for the form: kernels with a scale for each channel, what flows between them with one for each tensor.
/// docs/design.md says what keeps the scores near those in 32 bits.
/// </remarks>
public static class ModelQuantization
{
    /// <summary>Faces that are measured at most: 128.</summary>
    public const int MostFaces = 128;

    // The mean of the faces' extremes, with room for those above it: the largest of all would leave the others few steps.
    private const float Margin = 1.25f;

    // The faces are gone through five times: cut out, measured twice, and compared in 32 and in 8 bits.
    private const double Rounds = 5;

    /// <summary>Writes a model that can compute in 8 bits too.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="pictures">Pictures of the kind that it was trained on; of some from all over the list the most confident face counts, those without one are left out.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <param name="progress">Told how much of the work is done, 0 to 1.</param>
    /// <param name="cancellation">Ends the work; nothing is written.</param>
    /// <returns>Faces that were measured.</returns>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, or is put together in another way than the library does it.</exception>
    /// <exception cref="InvalidOperationException">No picture has a face.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static int Write(string source, IReadOnlyList<string> pictures, string target, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentNullException.ThrowIfNull(pictures);
        using var model = CDNetModel.Open(source);
        var graph = model.Graph ?? throw new InvalidDataException($"{source}: its stages are not those of the library alone, or an older version saved it; only the library's own form can compute in 8 bits.");
        var round = 0;
        Action<double> Next()
        {
            var done = round++;
            return share => progress?.Report((done + share) / Rounds);
        }
        var faces = Sample(model, pictures, Next(), cancellation);
        // Its nodes serve the model too.
        var network = graph.Build(ScorerGraph.Features).Clone();
        var factors = ChannelEqualizer.Factors(network.Graph, ChannelSizes(network, faces, Next(), cancellation));
        ChannelEqualizer.Apply(network.Graph, factors);
        var ranges = Ranges(network, faces, Next(), cancellation);
        var inBytes = network.Clone();
        QuantizedGraph.Apply(inBytes.Graph, ranges);
        float[] Features(ModelProto from) => Means(from, faces, [ScorerGraph.Features], Next(), cancellation)[0];
        var settings = new Int8Settings(Saved(factors), Saved(ranges), [.. Features(network).Zip(Features(inBytes), (full, eight) => full - eight)]);
        SavedModelRewriter.WriteNetwork(source, target, settings.AddTo);
        return faces.Length;
    }

    private static FaceCrops[] Sample(CDNetModel model, IReadOnlyList<string> pictures, Action<double> tell, CancellationToken cancellation)
    {
        var sample = EvenSample.Of(pictures, MostFaces);
        var cropped = PictureCropper.Crop(sample, model.Detector, model.CropOptions, new ScoringOptions(), cancellation);
        var (faces, looked) = (new List<FaceCrops>(), 0);
        foreach (var picture in cropped)
        {
            if (picture.Faces.Count > 0)
                faces.Add(picture.Faces[0].Crops);
            tell((double)++looked / sample.Length);
        }
        return faces.Count > 0 ? [.. faces] : throw new InvalidOperationException($"Of {pictures.Count:N0} pictures {sample.Length:N0} were looked at, and no face was found in any: there is nothing to measure.");
    }

    private static Dictionary<string, float[]> ChannelSizes(ModelProto network, FaceCrops[] faces, Action<double> tell, CancellationToken cancellation)
    {
        string[] tensors = [.. ChannelGroup.Of(network.Graph).SelectMany(group => group.Tensors)];
        var copy = network.Clone();
        var probe = new ActivationProbe(copy.Graph);
        return tensors.Zip(Means(copy, faces, [.. tensors.Select(probe.ChannelSizes)], tell, cancellation)).ToDictionary();
    }

    private static Dictionary<string, ActivationRange> Ranges(ModelProto network, FaceCrops[] faces, Action<double> tell, CancellationToken cancellation)
    {
        var tensors = new QuantizablePart(network.Graph).Tensors;
        var copy = network.Clone();
        var probe = new ActivationProbe(copy.Graph);
        var means = Means(copy, faces, [.. tensors.Select(probe.Least), .. tensors.Select(probe.Most)], tell, cancellation);
        return tensors.Select((tensor, i) => (tensor, new ActivationRange(Margin * means[i][0], Margin * means[tensors.Count + i][0]))).ToDictionary();
    }

    /// <summary>The means over faces of what a graph gives.</summary>
    private static float[][] Means(ModelProto graph, FaceCrops[] faces, string[] outputs, Action<double> tell, CancellationToken cancellation)
    {
        using var session = new CropSession(graph.ToByteArray(), Environment.ProcessorCount);
        float[][]? sums = null;
        for (var i = 0; i < faces.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var values = session.Run([faces[i]], outputs);
            sums = sums is null ? values : [.. sums.Zip(values, (sum, value) => sum.Zip(value, (a, b) => a + b).ToArray())];
            tell((i + 1.0) / faces.Length);
        }
        return [.. sums!.Select(sum => sum.Select(number => number / faces.Length).ToArray())];
    }

    private static Dictionary<string, T> Saved<T>(Dictionary<string, T> byTensor) => byTensor.ToDictionary(entry => ScorerGraph.NetworkNameOf(entry.Key), entry => entry.Value);
}
