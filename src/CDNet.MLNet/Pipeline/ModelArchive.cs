using System.Buffers.Binary;
using System.IO.Compression;
using CDNet.MLNet.Onnx.Protobuf;
using Google.Protobuf;
using Microsoft.ML;

namespace CDNet.MLNet.Pipeline;

/// <summary>The ONNX models inside a saved ML.NET model, looked up by the names of their graphs.</summary>
internal sealed class ModelArchive
{
    // ML.NET keeps each ONNX model in an entry of this name: its length in 4 bytes, then its bytes.
    private const string EntryName = "OnnxModel";
    private const long MaxEntryBytes = 1L << 30;

    private readonly List<GraphProto> _graphs;

    private ModelArchive(List<GraphProto> graphs) => _graphs = graphs;

    /// <summary>Reads a model zip.</summary>
    /// <param name="zip">The file's content, seekable.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is no zip, or an ONNX model in it is damaged.</exception>
    public static ModelArchive Read(Stream zip, string name)
    {
        var graphs = new List<GraphProto>();
        using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in archive.Entries.Where(entry => entry.FullName.EndsWith(EntryName, StringComparison.Ordinal)))
        {
            if (entry.Length > MaxEntryBytes)
                throw new InvalidDataException($"{name}: the entry {entry.FullName} has {entry.Length:N0} bytes; at most {MaxEntryBytes:N0} are read.");
            graphs.Add(ReadGraph(entry, name));
        }
        return new ModelArchive(graphs);
    }

    /// <summary>Reads a model in memory by saving it.</summary>
    public static ModelArchive Of(ITransformer model)
    {
        using var saved = new MemoryStream();
        new MLContext().Model.Save(model, null, saved);
        saved.Position = 0;
        return Read(saved, "the model in memory");
    }

    /// <summary>The last graph of a name, or null.</summary>
    public GraphProto? Find(string graphName) => _graphs.LastOrDefault(graph => graph.Name == graphName);

    /// <summary>The little-endian bytes of a constant that a graph gives out under a name.</summary>
    /// <exception cref="InvalidDataException">The graph has no such output.</exception>
    public static ReadOnlySpan<byte> Constant(GraphProto graph, string output)
    {
        var source = graph.Node.FirstOrDefault(node => node.Output.Contains(output))?.Input.FirstOrDefault();
        var tensor = graph.Initializer.FirstOrDefault(tensor => tensor.Name == source)
            ?? throw new InvalidDataException($"The saved graph {graph.Name} has no constant {output}.");
        return tensor.RawData.Span;
    }

    private static GraphProto ReadGraph(ZipArchiveEntry entry, string name)
    {
        try
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            return ModelProto.Parser.ParseFrom(bytes, 4, length).Graph ?? new GraphProto();
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or EndOfStreamException or ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException($"{name}: the ONNX model in {entry.FullName} is damaged: {e.Message}", e);
        }
    }
}
