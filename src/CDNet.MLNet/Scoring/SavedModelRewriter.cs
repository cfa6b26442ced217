using System.Buffers.Binary;
using System.IO.Compression;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring;

/// <summary>Copies a model zip with other ONNX models inside, and with new checksums.</summary>
internal static class SavedModelRewriter
{
    /// <summary>Copies.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/>.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <param name="change">What stands in the place of an ONNX model, or null where it stays.</param>
    /// <param name="require">Throws where the model is none that can be changed so.</param>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, or a damaged one.</exception>
    public static void Write(string source, string target, Func<ModelProto, ModelProto?> change, Action<CDNetModel>? require = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        // Says in plain words what is wrong with a file that is no model.
        using (var model = CDNetModel.Open(source))
            require?.Invoke(model);
        ModelSeal.Save(target, partial =>
        {
            // By streams: a copy of a file that must not be written would be one too.
            using (var from = CDNetModel.OpenZip(source))
            using (var to = File.Create(partial))
                from.CopyTo(to);
            Change(partial, change);
        });
    }

    /// <summary>Copies, and changes the network of the features.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/>.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <param name="change">Changes the network.</param>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, or a damaged one.</exception>
    public static void WriteNetwork(string source, string target, Action<ModelProto> change) => Write(source, target, OfNetwork(change));

    /// <summary>Changes the network of the features in a zip that nobody reads yet; its checksums are the caller's.</summary>
    /// <param name="zip">The zip.</param>
    /// <param name="change">Changes the network.</param>
    public static void ChangeNetwork(string zip, Action<ModelProto> change) => Change(zip, OfNetwork(change));

    private static Func<ModelProto, ModelProto?> OfNetwork(Action<ModelProto> change) => model =>
    {
        if (!FeatureGraph.IsIn(model))
            return null;
        change(model);
        return model;
    };

    /// <summary>Changes the ONNX models in a zip that nobody reads yet; its checksums are the caller's.</summary>
    /// <param name="zip">The zip.</param>
    /// <param name="change">What stands in the place of an ONNX model, or null where it stays.</param>
    public static void Change(string zip, Func<ModelProto, ModelProto?> change)
    {
        using var archive = ZipFile.Open(zip, ZipArchiveMode.Update);
        foreach (var entry in archive.Entries.Where(ModelArchive.IsOnnx).ToArray())
            Change(entry, change);
    }

    private static void Change(ZipArchiveEntry entry, Func<ModelProto, ModelProto?> change)
    {
        using var stream = entry.Open();
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (change(ModelProto.Parser.ParseFrom(bytes, sizeof(int), length)) is not { } changed)
            return;
        var other = changed.ToByteArray();
        stream.SetLength(0);
        Span<byte> prefix = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, other.Length);
        stream.Write(prefix);
        stream.Write(other);
        // What ML.NET keeps behind the model.
        stream.Write(bytes.AsSpan(sizeof(int) + length));
    }
}
