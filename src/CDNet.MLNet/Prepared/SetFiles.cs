using System.Security.Cryptography;
using System.Text.Json;
using CDNet.MLNet.Data;

namespace CDNet.MLNet.Prepared;

/// <summary>The files of a prepared set: their names, and writing them so that a name never stands for half a file.</summary>
internal static class SetFiles
{
    private const string Unfinished = ".tmp";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

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
            // ML.NET wraps what its writing thread met, and what the rows threw.
            var causes = Causes(e).ToList();
            if (causes.Find(IsOfTheDisk) is { } fault)
                throw new IOException($"{path}: cannot be written: {fault.Message}", e);
            if (causes.Find(cause => cause is OperationCanceledException) is { } cancelled)
                throw new OperationCanceledException(cancelled.Message, e);
            throw new InvalidOperationException($"{path}: cannot be made: {causes[^1].Message}", e);
        }
    }

    // .NET says of a file that is larger than the system allows (EFBIG) that its length is an argument out of range.
    private static bool IsOfTheDisk(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    private static IEnumerable<Exception> Causes(Exception e)
        => e is AggregateException several ? several.Flatten().InnerExceptions.SelectMany(Causes) : e.InnerException is { } inner ? Causes(inner).Prepend(e) : [e];

    public static void WriteJson<T>(string path, T record) => Write(path, stream => JsonSerializer.Serialize(stream, record, Json));

    /// <summary>Reads a record.</summary>
    /// <exception cref="InvalidDataException">It is no such record.</exception>
    public static T ReadJson<T>(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, Json) ?? throw new InvalidDataException($"{path}: the file is empty.");
        }
        catch (JsonException e)
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
