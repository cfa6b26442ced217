using System.Security.Cryptography;
using System.Text.Json;
using CDNet.MLNet.Data;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Prepared;

/// <summary>The files of a prepared set: their names, and writing them so that a name never stands for half a file.</summary>
internal static class SetFiles
{
    /// <summary>Most bytes of a record: 256 MiB. It has a line for each item that is not as it should be.</summary>
    public const long MaxRecordBytes = 256L << 20;

    private const string Unfinished = ".tmp";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectNullableAnnotations = true };

    public static string ShardName(Shard shard) => $"shard-{shard.Index:00000}-of-{shard.Count:00000}";

    public static string ShardFile(string folder, Shard shard) => Path.Combine(folder, ShardName(shard) + ".json");

    public static string PartFile(string folder, Shard shard, int part) => Path.Combine(folder, $"{ShardName(shard)}-part-{part:00000}.idv");

    public static string RecordOf(string partFile) => Path.ChangeExtension(partFile, ".json");

    /// <summary>Writes a file under another name, brings it to the disk and gives it its name. Where that fails nothing of it is left.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to; the message names the file.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        // Shards that start at the same time write the same description.
        var unfinished = $"{path}.{Guid.NewGuid().ToString("N")[..8]}{Unfinished}";
        try
        {
            WholeFile.Write(path, unfinished, partial =>
            {
                using var stream = new FileStream(partial, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
                write(stream);
            });
        }
        catch (Exception e)
        {
            // ML.NET wraps what the rows threw.
            var causes = DiskFault.Causes(e).ToList();
            if (DiskFault.Find(e) is { } fault)
                throw DiskFault.Naming(path, fault);
            if (causes.Find(cause => cause is OperationCanceledException) is { } cancelled)
                throw new OperationCanceledException(cancelled.Message, e);
            throw new InvalidOperationException($"{path}: cannot be made: {causes[^1].Message}", e);
        }
    }

    public static void WriteJson<T>(string path, T record) => Write(path, stream => JsonSerializer.Serialize(stream, record, Json));

    /// <summary>Reads a record.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such record, or longer than <see cref="MaxRecordBytes"/>.</exception>
    public static T ReadJson<T>(string path)
    {
        FileSize.Require(path, MaxRecordBytes, "a record of a prepared set");
        try
        {
            using var stream = File.OpenRead(path);
            var record = JsonSerializer.Deserialize<T>(stream, Json) ?? throw new InvalidDataException($"{path}: the file is empty.");
            return record is ICheckedRecord { IsPossible: false } ? throw new InvalidDataException($"{path}: a record of a prepared set with numbers that cannot be.") : record;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: no record of a prepared set, or a damaged one: {e.Message}", e);
        }
    }

    /// <summary>What is wrong with a part file, or null: its length, and where asked for every byte.</summary>
    public static string? Damage(string partFile, PartRecord record, bool isThorough)
    {
        var file = new FileInfo(partFile);
        if (!file.Exists)
            return "the file is missing";
        if (file.Length != record.Bytes)
            return $"the file has {file.Length:N0} bytes; {record.Bytes:N0} were written";
        return isThorough && Sha256(partFile) != record.Sha256 ? "the file does not match its SHA-256: it is damaged or was changed" : null;
    }

    public static string Sha256(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Removes what a killed process left of a shard's files.</summary>
    public static void RemoveUnfinished(string folder, Shard shard)
    {
        foreach (var path in Directory.EnumerateFiles(folder, ShardName(shard) + "*" + Unfinished))
            WholeFile.Remove(path);
    }
}
