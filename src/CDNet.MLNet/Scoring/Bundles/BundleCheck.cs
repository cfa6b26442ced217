using System.IO.Compression;

namespace CDNet.MLNet.Scoring.Bundles;

/// <summary>Looks at all of a model zip before anything of it is loaded: limits, names, checksums, and the code that its stages name.</summary>
internal static class BundleCheck
{
    /// <summary>Checks.</summary>
    /// <param name="zip">The zip, seekable; its position is moved.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>Whether the zip has checksums (<see cref="BundleSeal"/>): without, it may be damaged where nothing shows it.</returns>
    /// <exception cref="InvalidDataException">It is no zip, is damaged, was changed, is too large, or names other code.</exception>
    public static bool Run(Stream zip, string name)
    {
        try
        {
            zip.Position = 0;
            using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
            BundleEntries.Check(archive, zip.Length);
            var seal = archive.GetEntry(BundleSeal.EntryName) is { } entry ? BundleSeal.Parse(BundleEntries.Read(entry)) : null;
            foreach (var part in archive.Entries.Where(part => part.FullName != BundleSeal.EntryName))
                Check(part, seal);
            if (seal is { Count: > 0 })
                throw new InvalidDataException($"The entry {seal.Keys.First()} is missing.");
            return seal is not null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{name}: no model zip, or a damaged one. {e.Message}", e);
        }
    }

    private static void Check(ZipArchiveEntry part, Dictionary<string, string>? seal)
    {
        var bytes = BundleEntries.Read(part);
        if (seal is not null && (!seal.Remove(part.FullName, out var hash) || hash != BundleSeal.Hash(bytes)))
            throw new InvalidDataException($"The entry {part.FullName} does not match its checksum: the file was damaged or changed after it was saved. Fetch it again.");
        foreach (var stage in StageHeader.Find(bytes))
            StageRules.Check(stage);
    }
}
