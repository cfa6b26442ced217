using System.Security.Cryptography;

namespace CDNet.MLNet.Data.Models;

/// <summary>The folder that model files are kept in.</summary>
internal static class ModelStore
{
    /// <summary>The user's: <c>cdnet/models</c> in XDG_DATA_HOME (or ~/.local/share), or in the local application data.</summary>
    /// <exception cref="InvalidOperationException">The system has no such folder for this user.</exception>
    public static string DefaultFolder
    {
        get
        {
            var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return data.Length > 0
                ? Path.Combine(data, "cdnet", "models")
                : throw new InvalidOperationException("There is no folder for this user's data (neither HOME nor XDG_DATA_HOME is set). Name a folder with --to.");
        }
    }

    /// <summary>What is wrong with a model file; null where it is the one of its manifest.</summary>
    public static string? Fault(string path, ModelManifest manifest)
    {
        if (!File.Exists(path))
            return "there is no such file";
        var bytes = new FileInfo(path).Length;
        if (bytes != manifest.Bytes)
            return $"it has {bytes:N0} bytes instead of {manifest.Bytes:N0}";
        using var stream = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        return hash == manifest.Sha256 ? null : $"its SHA-256 is {hash} instead of {manifest.Sha256}";
    }

    /// <summary>The file of a model that is shipped by name, checked.</summary>
    /// <returns>Its path; null where no model of that name is known.</returns>
    /// <exception cref="FileNotFoundException">The model is known but not here; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">The file here is damaged; the message says what to do.</exception>
    public static string? Find(string name)
    {
        if (ModelManifest.TryFindShipped(name) is not { } manifest)
            return null;
        var path = Path.Combine(DefaultFolder, manifest.File);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{name}: this model is not here yet. Run: cdnet models pull {name}", path);
        return Fault(path, manifest) is { } fault ? throw new InvalidDataException($"{path}: damaged, {fault}. Run: cdnet models pull {name}") : path;
    }
}
