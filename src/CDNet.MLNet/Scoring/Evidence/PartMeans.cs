using System.Runtime.InteropServices;
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
    /// <summary>Most letters of a mean: the numbers as Base64.</summary>
    public static readonly int MaxTextLength = (SamSpec.Concatenated * sizeof(float) + 2) / 3 * 4;

    private const string RealKey = "cdnet.vector.real";
    private const string FakeKey = "cdnet.vector.fake";

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
        return new PartMeans(Decode(real), Decode(fake));
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
        foreach (var (key, values) in new[] { (RealKey, Real), (FakeKey, Fake) })
        {
            if (model.MetadataProps.FirstOrDefault(entry => entry.Key == key) is { } old)
                model.MetadataProps.Remove(old);
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = Convert.ToBase64String(MemoryMarshal.AsBytes(values.AsSpan())) });
        }
    }

    private static float[] Decode(string text)
    {
        try
        {
            if (text.Length > MaxTextLength)
                throw new InvalidDataException($"The model's means of parts have {text.Length:N0} letters; at most {MaxTextLength:N0} are read.");
            var values = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text)).ToArray();
            return values.Length == SamSpec.Concatenated && values.All(float.IsFinite) ? values : throw new InvalidDataException($"The model's means of parts have {values.Length} numbers; expected {SamSpec.Concatenated}.");
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"The model's means of parts are damaged: {e.Message}", e);
        }
    }
}
