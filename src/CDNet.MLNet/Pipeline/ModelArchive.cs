using System.Buffers.Binary;
using System.IO.Compression;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using Microsoft.ML;

namespace CDNet.MLNet.Pipeline;

/// <summary>The ONNX models inside a saved ML.NET model, looked up by the names of their graphs.</summary>
internal sealed class ModelArchive
{
    // ML.NET keeps each ONNX model in an entry of this name.
    private const string EntryName = "OnnxModel";
    private const long MaxEntryBytes = 1L << 30;

    private readonly List<ModelProto> _models;

    private ModelArchive(List<ModelProto> models) => _models = models;

    /// <summary>Reads a model zip.</summary>
    /// <param name="zip">The file's content, seekable.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is no zip, or an ONNX model in it is damaged or takes data from other files.</exception>
    public static ModelArchive Read(Stream zip, string name)
    {
        var models = new List<ModelProto>();
        using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in archive.Entries.Where(IsOnnx))
        {
            if (entry.Length > MaxEntryBytes)
                throw new InvalidDataException($"{name}: the entry {entry.FullName} has {entry.Length:N0} bytes; at most {MaxEntryBytes:N0} are read.");
            models.Add(ReadModel(entry, name));
        }
        return new ModelArchive(models);
    }

    /// <summary>Reads a model in memory by saving it.</summary>
    public static ModelArchive Of(ITransformer model)
    {
        using var saved = new MemoryStream();
        new MLContext().Model.Save(model, null, saved);
        saved.Position = 0;
        return Read(saved, "the model in memory");
    }

    /// <summary>Whether an entry of a model zip holds an ONNX model: its length in 4 bytes, then its bytes.</summary>
    public static bool IsOnnx(ZipArchiveEntry entry) => entry.FullName.EndsWith(EntryName, StringComparison.Ordinal);

    /// <summary>The last model whose graph has a name, or null.</summary>
    public ModelProto? Find(string graphName) => _models.LastOrDefault(model => model.Graph.Name == graphName);

    /// <summary>The last model that carries a text under a key, or null.</summary>
    public ModelProto? FindWith(string key) => _models.LastOrDefault(model => Metadata(model, key) is not null);

    /// <summary>A text that a model carries under a key, or null.</summary>
    public static string? Metadata(ModelProto model, string key) => model.MetadataProps.FirstOrDefault(entry => entry.Key == key)?.Value;

    /// <summary>Lets a model carry a text under a key in place of what it has there; null for none.</summary>
    public static void SetMetadata(ModelProto model, string key, string? text)
    {
        if (model.MetadataProps.FirstOrDefault(entry => entry.Key == key) is { } old)
            model.MetadataProps.Remove(old);
        if (text is not null)
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = text });
    }

    /// <summary>The little-endian bytes of a constant that a model gives out under a name.</summary>
    /// <exception cref="InvalidDataException">The model has no such output.</exception>
    public static ReadOnlySpan<byte> Constant(ModelProto model, string output)
    {
        var graph = model.Graph;
        var source = graph.Node.FirstOrDefault(node => node.Output.Contains(output))?.Input.FirstOrDefault();
        var tensor = graph.Initializer.FirstOrDefault(tensor => tensor.Name == source)
            ?? throw new InvalidDataException($"The saved graph {graph.Name} has no constant {output}.");
        return tensor.RawData.Span;
    }

    private static ModelProto ReadModel(ZipArchiveEntry entry, string name)
    {
        try
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            return length >= 0 && length <= bytes.Length - sizeof(int)
                ? OnnxReader.Read(bytes.AsMemory(sizeof(int), length))
                : throw new InvalidDataException($"it claims {length:N0} bytes");
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException($"{name}: the ONNX model in {entry.FullName} is damaged: {e.Message}", e);
        }
    }
}
