using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring.Evidence;

/// <summary>What the network knows of real and of fake faces on the average, and how far they scatter, as a saved model carries it.</summary>
/// <param name="Real">Mean vector of real faces, <see cref="SamLayout.Length"/> numbers.</param>
/// <param name="Fake">Mean vector of fake faces.</param>
/// <param name="Deviations">Standard deviation of each number about the mean of its class; null where an older version measured.</param>
internal sealed record PartMeans(float[] Real, float[] Fake, float[]? Deviations = null)
{
    private const string RealKey = "cdnet.vector.real";
    private const string FakeKey = "cdnet.vector.fake";
    private const string DeviationsKey = "cdnet.vector.deviations";
    private const string What = "means of parts";
    private const float LeastDeviation = 1e-6f;

    /// <summary>The mean of both classes.</summary>
    public float[] Both { get; } = [.. Real.Zip(Fake, (real, fake) => (real + fake) / 2)];

    /// <summary>The means in a saved model, or null where it has none.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static PartMeans? Read(ModelArchive archive) => archive.FindWith(FeatureGraph.TrainingKey) is { } network ? Read(network) : null;

    /// <summary>The means in the network's model, or null where it has none.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static PartMeans? Read(ModelProto model)
    {
        if (ModelArchive.Metadata(model, RealKey) is not { } real || ModelArchive.Metadata(model, FakeKey) is not { } fake)
            return null;
        var length = SamWidening.LayoutOf(model).Length;
        var deviations = ModelArchive.Metadata(model, DeviationsKey) is { } text ? NumbersText.Parse(text, length, "deviations of parts") : null;
        return new PartMeans(NumbersText.Parse(real, length, What), NumbersText.Parse(fake, length, What), deviations);
    }

    /// <summary>The mean of what several networks know; null where none knows anything.</summary>
    public static PartMeans? Average(IEnumerable<PartMeans?> means)
    {
        PartMeans[] known = [.. means.OfType<PartMeans>()];
        if (known.Length == 0)
            return null;
        return new PartMeans(Mean(one => one.Real), Mean(one => one.Fake), known.All(one => one.Deviations is not null) ? Mean(one => one.Deviations!) : null);

        float[] Mean(Func<PartMeans, float[]> ofClass) => [.. Enumerable.Range(0, known[0].Real.Length).Select(i => known.Average(one => ofClass(one)[i]))];
    }

    /// <summary>
    /// How far a face lies from those that were measured: root mean square of its numbers' deviations from the mean of the nearer class, in standard deviations; NaN where those are not known. Of faces that were measured about 1.
    /// </summary>
    /// <remarks>Of a widened network the paper's numbers count: what its blocks show tells other kinds of faces worse (generated ones 76 % for 98 %, docs/results.md). Lee et al., "A simple unified framework for detecting out-of-distribution samples and adversarial attacks", 2018, with the numbers taken for independent of each other.</remarks>
    /// <param name="vector">What the network knows of the face, <see cref="SamLayout.Length"/> numbers.</param>
    public float Distance(ReadOnlySpan<float> vector)
    {
        if (Deviations is not { } deviations)
            return float.NaN;
        // Numbers that are the same in all faces, and those next to it, say nothing.
        var least = LeastDeviation * deviations.Take(SamSpec.Concatenated).Max();
        var (toReal, toFake, count) = (0d, 0d, 0);
        for (var i = 0; i < SamSpec.Concatenated; i++)
        {
            if (deviations[i] <= least)
                continue;
            var (real, fake) = ((vector[i] - Real[i]) / deviations[i], (vector[i] - Fake[i]) / deviations[i]);
            (toReal, toFake, count) = (toReal + real * real, toFake + fake * fake, count + 1);
        }
        return count > 0 ? (float)Math.Sqrt(Math.Min(toReal, toFake) / count) : float.NaN;
    }

    /// <summary>The bytes of the network's model with the means.</summary>
    public byte[] AddTo(byte[] network)
    {
        var model = ModelProto.Parser.ParseFrom(network);
        AddTo(model);
        return model.ToByteArray();
    }

    /// <summary>Takes the means out of the network's model, and with them the scale of the distances to them.</summary>
    public static void RemoveFrom(ModelProto model)
    {
        foreach (var key in new[] { RealKey, FakeKey, DeviationsKey })
            ModelArchive.SetMetadata(model, key, null);
        FamiliarityScale.RemoveFrom(model);
    }

    /// <summary>Writes the means into the network's model; those that it has are replaced, and a scale of their distances goes.</summary>
    public void AddTo(ModelProto model)
    {
        ModelArchive.SetMetadata(model, RealKey, NumbersText.Of(Real));
        ModelArchive.SetMetadata(model, FakeKey, NumbersText.Of(Fake));
        ModelArchive.SetMetadata(model, DeviationsKey, Deviations is null ? null : NumbersText.Of(Deviations));
        // Distances are counted in these.
        FamiliarityScale.RemoveFrom(model);
    }
}
