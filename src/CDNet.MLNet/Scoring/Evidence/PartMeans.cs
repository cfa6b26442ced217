using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring.Evidence;

/// <summary>What the network knows of real and of fake faces on the average, as a saved model carries it.</summary>
/// <param name="Real">Mean vector of real faces, <see cref="SamSpec.Concatenated"/> numbers.</param>
/// <param name="Fake">Mean vector of fake faces.</param>
internal sealed record PartMeans(float[] Real, float[] Fake)
{
    private const string RealKey = "cdnet.vector.real";
    private const string FakeKey = "cdnet.vector.fake";
    private const string What = "means of parts";

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
        return new PartMeans(NumbersText.Parse(real, SamSpec.Concatenated, What), NumbersText.Parse(fake, SamSpec.Concatenated, What));
    }

    /// <summary>The mean of what several networks know; null where none knows anything.</summary>
    public static PartMeans? Average(IEnumerable<PartMeans?> means)
    {
        PartMeans[] known = [.. means.OfType<PartMeans>()];
        return known.Length > 0 ? new PartMeans(Mean(one => one.Real), Mean(one => one.Fake)) : null;

        float[] Mean(Func<PartMeans, float[]> ofClass) => [.. Enumerable.Range(0, SamSpec.Concatenated).Select(i => known.Average(one => ofClass(one)[i]))];
    }

    /// <summary>The bytes of the network's model with the means.</summary>
    public byte[] AddTo(byte[] network)
    {
        var model = ModelProto.Parser.ParseFrom(network);
        AddTo(model);
        return model.ToByteArray();
    }

    /// <summary>Writes the means into the network's model; those that it has are replaced.</summary>
    public void AddTo(ModelProto model)
    {
        ModelArchive.SetMetadata(model, RealKey, NumbersText.Of(Real));
        ModelArchive.SetMetadata(model, FakeKey, NumbersText.Of(Fake));
    }
}
