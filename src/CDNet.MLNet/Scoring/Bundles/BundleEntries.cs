using System.IO.Compression;

namespace CDNet.MLNet.Scoring.Bundles;

/// <summary>The entries of a model zip: that none leaves its folder, is there twice or is larger than <see cref="BundleLimits"/>, and their bytes.</summary>
internal static class BundleEntries
{
    private const int UnixTypeMask = 0xF000;
    private const int UnixLink = 0xA000;

    /// <summary>Looks at names and claimed sizes; unpacks nothing.</summary>
    /// <param name="archive">The zip.</param>
    /// <param name="zipBytes">Bytes that it has.</param>
    /// <exception cref="InvalidDataException">Something is wrong with one of them; the message names it.</exception>
    public static void Check(ZipArchive archive, long zipBytes)
    {
        if (archive.Entries.Count > BundleLimits.MaxEntries)
            throw new InvalidDataException($"The zip has {archive.Entries.Count:N0} entries; at most {BundleLimits.MaxEntries:N0} are read.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var total = 0L;
        foreach (var entry in archive.Entries)
        {
            CheckName(entry);
            if (!names.Add(entry.FullName.Replace('\\', '/')))
                throw new InvalidDataException($"The entry {Printable(entry.FullName)} is there twice.");
            if (entry.Length is < 0 or > BundleLimits.MaxEntryBytes)
                throw new InvalidDataException($"The entry {entry.FullName} has {entry.Length:N0} bytes; at most {BundleLimits.MaxEntryBytes:N0} are read.");
            if (entry.Length > BundleLimits.SmallBytes && entry.Length / BundleLimits.MaxRatio > entry.CompressedLength)
                throw new InvalidDataException($"The entry {entry.FullName} would grow from {entry.CompressedLength:N0} bytes to {entry.Length:N0}; at most {BundleLimits.MaxRatio} times are unpacked.");
            // Before memory is set aside for it: a head may claim any two sizes that go together.
            if (entry.CompressedLength > zipBytes)
                throw new InvalidDataException($"The entry {entry.FullName} claims {entry.CompressedLength:N0} bytes in a zip of {zipBytes:N0}.");
            total += entry.Length;
        }
        if (total > BundleLimits.MaxTotalBytes)
            throw new InvalidDataException($"The entries have {total:N0} bytes together; at most {BundleLimits.MaxTotalBytes:N0} are read.");
    }

    /// <summary>The bytes of an entry that <see cref="Check"/> has seen.</summary>
    /// <exception cref="InvalidDataException">They are fewer or more than the zip's directory says.</exception>
    public static byte[] Read(ZipArchiveEntry entry)
    {
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length || stream.ReadByte() >= 0)
            throw new InvalidDataException($"The entry {entry.FullName} does not have the {bytes.Length:N0} bytes that it claims.");
        return bytes;
    }

    private static void CheckName(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        // ML.NET on Windows has written zips with \ between folders.
        var parts = name.Split('/', '\\');
        var isFolder = parts.Length > 1 && parts[^1].Length == 0 && entry.Length == 0;
        if (name.Length > BundleLimits.MaxNameLength || parts[..(isFolder ? ^1 : ^0)].Any(part => part is "" or "." or "..") || name.Any(letter => letter < ' ' || letter == ':'))
            throw new InvalidDataException($"The entry {Printable(name)} has a name that leads out of its folder, or none at all.");
        if (((entry.ExternalAttributes >> 16) & UnixTypeMask) == UnixLink)
            throw new InvalidDataException($"The entry {name} is a link.");
    }

    private static string Printable(string name)
        => new([.. name.Take(BundleLimits.MaxNameLength).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}
