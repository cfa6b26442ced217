using CDNet.MLNet.Data.Manifests;

namespace CDNet.MLNet.Data.Models;

/// <summary>An address of a model file.</summary>
/// <param name="Url">The address; HTTPS.</param>
/// <param name="IsVerified">Whether somebody fetched the file from there and found the hash.</param>
/// <param name="Evidence">How the address is known.</param>
internal sealed record ModelSource(string Url, bool IsVerified, string Evidence);

/// <summary>A model file that others publish: where it is, what it is called, and how to know that it is the right one.</summary>
/// <param name="Name">The name it is found by.</param>
/// <param name="Title">What a person calls it.</param>
/// <param name="File">The name of the file.</param>
/// <param name="Sources">Addresses, the best first.</param>
/// <param name="Licence">Its licence, as an SPDX identifier.</param>
/// <param name="Sha256">SHA-256 of its bytes, in hexadecimal digits.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Notes">What a user should know.</param>
internal sealed record ModelManifest(
    string Name, string Title, string File, IReadOnlyList<ModelSource> Sources, string Licence, string Sha256, long Bytes, IReadOnlyList<string>? Notes = null)
{
    /// <summary>The manifest of a name that is shipped, or of a file.</summary>
    /// <exception cref="FileNotFoundException">There is neither; the message lists the names there are.</exception>
    /// <exception cref="InvalidDataException">The file is wrong; the message names it and the property.</exception>
    public static ModelManifest Find(string nameOrFile) => Load(ShippedManifests.Find(nameOrFile, ShippedManifests.ModelFolder));

    /// <summary>The manifest of a name that is shipped; null where none is.</summary>
    public static ModelManifest? TryFindShipped(string name)
        => ShippedManifests.Names(ShippedManifests.ModelFolder).Contains(name) ? Load(Path.Combine(ShippedManifests.ModelFolder, name + ".json")) : null;

    /// <summary>All that are shipped.</summary>
    public static IReadOnlyList<ModelManifest> Shipped
        => [.. ShippedManifests.Names(ShippedManifests.ModelFolder).Select(name => Load(Path.Combine(ShippedManifests.ModelFolder, name + ".json")))];

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="InvalidDataException">The file is wrong; the message names it and the property.</exception>
    public static ModelManifest Load(string path)
    {
        var manifest = StrictJson.Read<ModelManifest>(path);
        if (manifest.Sha256.Length != 64 || !manifest.Sha256.All(char.IsAsciiHexDigitLower))
            throw new InvalidDataException($"{path}: sha256 is '{manifest.Sha256}'; expected 64 hexadecimal digits in lower case.");
        if (manifest.Bytes <= 0)
            throw new InvalidDataException($"{path}: bytes is {manifest.Bytes}; expected a number above 0.");
        if (manifest.File.Length == 0 || manifest.File is "." or ".." || Path.GetFileName(manifest.File) != manifest.File)
            throw new InvalidDataException($"{path}: file is '{manifest.File}'; expected the name of a file, without a folder.");
        for (var i = 0; i < manifest.Sources.Count; i++)
        {
            if (!Uri.TryCreate(manifest.Sources[i].Url, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
                throw new InvalidDataException($"{path}: sources[{i}].url is '{manifest.Sources[i].Url}'; expected an https:// address.");
        }
        return manifest;
    }
}
