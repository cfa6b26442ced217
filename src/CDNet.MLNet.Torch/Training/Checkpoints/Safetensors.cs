using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text.Json;
using System.Text.Json.Nodes;
using CDNet.MLNet.Data;
using CDNet.MLNet.Pipeline;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training.Checkpoints;

/// <summary>Tensors and text in one file of the safetensors format: the length of a JSON header, the header, the numbers.</summary>
/// <remarks>Beyond the format, the metadata carries a hash of all the rest of the file, and a file that does not match it is refused.</remarks>
internal static class Safetensors
{
    private const string MetadataKey = "__metadata__";
    private const string HashKey = "xxh3";
    /// <summary>Most bytes of the header: 16 MiB.</summary>
    private const int LongestHeader = 16 << 20;

    /// <summary>Most bytes of a file: what an array holds.</summary>
    private static readonly long MaxBytes = Array.MaxLength;

    private static readonly Dictionary<ScalarType, string> TypeNames = new() { [ScalarType.Float32] = "F32", [ScalarType.Int64] = "I64" };

    /// <summary>Writes to a temporary name, flushes to the disk and renames: whoever kills the process finds the old file or the new one.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var header = new JsonObject();
        var (parts, offset) = (new List<ReadOnlyMemory<byte>>(), 0L);
        foreach (var (name, tensor) in tensors)
        {
            using var scope = NewDisposeScope();
            var plain = tensor.detach().cpu().contiguous();
            var bytes = plain.bytes.ToArray();
            header[name] = new JsonObject
            {
                ["dtype"] = TypeNames[plain.dtype],
                ["shape"] = new JsonArray([.. plain.shape.Select(side => (JsonNode)side)]),
                ["data_offsets"] = new JsonArray(offset, offset + bytes.Length),
            };
            offset += bytes.Length;
            parts.Add(bytes);
        }
        var texts = new JsonObject(metadata.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));
        header[MetadataKey] = texts;
        texts[HashKey] = Hash(header, parts);

        WholeFile.Write(path, partial =>
        {
            using var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None);
            var text = JsonSerializer.SerializeToUtf8Bytes(header);
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
            file.Write(length);
            file.Write(text);
            foreach (var part in parts)
                file.Write(part.Span);
        });
    }

    /// <summary>Reads a file as it was written.</summary>
    /// <returns>The metadata, and the tensors in ordinary memory, which the caller disposes of.</returns>
    /// <exception cref="InvalidDataException">The file is cut, damaged, of another kind or too large; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (Dictionary<string, string> Metadata, Dictionary<string, Tensor> Tensors) Read(string path)
    {
        FileSize.Require(path, MaxBytes, "a checkpoint");
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or FormatException or OverflowException or ArgumentException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{path}: the file is damaged or no checkpoint. {e.Message}", e);
        }
    }

    private static (Dictionary<string, string> Metadata, Dictionary<string, Tensor> Tensors) Parse(byte[] file)
    {
        if (file.Length < sizeof(ulong))
            throw new FormatException($"It has {file.Length} bytes.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length > LongestHeader || (long)length > file.Length - sizeof(ulong))
            throw new FormatException($"Its header of {length} bytes does not fit into its {file.Length} bytes.");
        var header = JsonNode.Parse(file.AsSpan(sizeof(ulong), (int)length))!.AsObject();
        var data = file.AsMemory(sizeof(ulong) + (int)length);
        var texts = header[MetadataKey]!.AsObject();
        var hash = texts[HashKey]!.GetValue<string>();
        texts.Remove(HashKey);
        if (hash != Hash(header, [data]))
            throw new FormatException("Its contents do not match their hash.");
        var metadata = texts.ToDictionary(entry => entry.Key, entry => entry.Value!.GetValue<string>());

        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, node) in header)
        {
            if (name == MetadataKey)
                continue;
            var type = TypeNames.Single(entry => entry.Value == node!["dtype"]!.GetValue<string>()).Key;
            var shape = node!["shape"]!.AsArray().Select(side => side!.GetValue<long>()).ToArray();
            var (start, end) = (node["data_offsets"]![0]!.GetValue<int>(), node["data_offsets"]![1]!.GetValue<int>());
            // Before anything of this size is set aside.
            var numbers = shape.Aggregate(1L, (product, side) => side >= 0 ? checked(product * side) : throw new FormatException($"The tensor {name} has a negative side."));
            if (start < 0 || end > data.Length || end - (long)start != checked(numbers * (type == ScalarType.Int64 ? sizeof(long) : sizeof(float))))
                throw new FormatException($"The tensor {name} does not have the bytes that its shape needs.");
            var filled = zeros(shape, type).DetachFromDisposeScope();
            filled.bytes = data.Span[start..end];
            tensors[name] = filled;
        }
        return (metadata, tensors);
    }

    /// <summary>A file with the hash that its contents have: for tests that look behind the hash.</summary>
    /// <returns>The file, or null where it has no place for a hash.</returns>
    internal static byte[]? WithHash(byte[] file)
    {
        try
        {
            var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
            var header = JsonNode.Parse(file.AsSpan(sizeof(ulong), checked((int)length)))!.AsObject();
            var data = file.AsMemory(sizeof(ulong) + (int)length);
            var texts = header[MetadataKey]!.AsObject();
            texts.Remove(HashKey);
            texts[HashKey] = Hash(header, [data]);
            var text = JsonSerializer.SerializeToUtf8Bytes(header);
            return [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. data.Span];
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    private static string Hash(JsonObject header, IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        var hash = new XxHash3();
        hash.Append(JsonSerializer.SerializeToUtf8Bytes(header));
        foreach (var part in parts)
            hash.Append(part.Span);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
