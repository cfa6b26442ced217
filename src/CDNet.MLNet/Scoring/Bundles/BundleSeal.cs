using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace CDNet.MLNet.Scoring.Bundles;

/// <summary>The entry that holds the SHA-256 of every other one, in the form of the program sha256sum, so that anybody can check an unpacked model with it.</summary>
/// <remarks>It tells a damaged model from a whole one. It is no signature: whoever changes a model on purpose can write a new one.</remarks>
internal static class BundleSeal
{
    /// <summary>The entry's name. ML.NET asks for its entries by name, and passes it over.</summary>
    public const string EntryName = "cdnet.sha256";

    private const int HashLength = 2 * SHA256.HashSizeInBytes;
    private const string Between = "  ";

    /// <summary>Gives a zip that is whole a seal; one that it has is replaced.</summary>
    /// <param name="path">The zip.</param>
    /// <exception cref="InvalidDataException">It is no zip, or a damaged one.</exception>
    public static void Add(string path)
    {
        string text;
        using (var archive = ZipFile.OpenRead(path))
        {
            BundleEntries.Check(archive, new FileInfo(path).Length);
            text = string.Concat(archive.Entries.Where(entry => entry.FullName != EntryName).OrderBy(entry => entry.FullName, StringComparer.Ordinal)
                .Select(entry => $"{Hash(BundleEntries.Read(entry))}{Between}{entry.FullName}\n"));
        }
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            archive.GetEntry(EntryName)?.Delete();
            using var seal = archive.CreateEntry(EntryName).Open();
            seal.Write(Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>The hashes in a seal, by the names of the entries.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Dictionary<string, string> Parse(byte[] seal)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(seal).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length <= HashLength + Between.Length || !line.AsSpan(HashLength, Between.Length).SequenceEqual(Between) || !hashes.TryAdd(line[(HashLength + Between.Length)..], line[..HashLength]))
                throw new InvalidDataException($"The list of checksums {EntryName} is damaged.");
        }
        return hashes;
    }

    /// <summary>SHA-256 in hexadecimal digits.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
