namespace CDNet.MLNet.Data.Manifests;

/// <summary>The manifests that come with the program, in the folder <c>data-manifests</c> beside it.</summary>
internal static class ShippedManifests
{
    /// <summary>The folder of the data sets.</summary>
    public static string DataFolder { get; } = Path.Combine(AppContext.BaseDirectory, "data-manifests");

    /// <summary>The folder of the model files.</summary>
    public static string ModelFolder { get; } = Path.Combine(DataFolder, "models");

    /// <summary>The names of the manifests in a folder.</summary>
    public static IReadOnlyList<string> Names(string folder)
        => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!] : [];

    /// <summary>The file of a manifest: the file of that name, or the one shipped under it.</summary>
    /// <exception cref="FileNotFoundException">There is neither; the message lists the names there are.</exception>
    public static string Find(string nameOrFile, string folder)
        => TryFind(nameOrFile, folder)
            ?? throw new FileNotFoundException($"{nameOrFile}: no such manifest file, and none shipped has that name. Shipped are {string.Join(", ", Names(folder))}.", nameOrFile);

    /// <summary>The same; null where there is neither.</summary>
    public static string? TryFind(string nameOrFile, string folder)
    {
        if (File.Exists(nameOrFile))
            return nameOrFile;
        return Names(folder).Contains(nameOrFile) ? Path.Combine(folder, nameOrFile + ".json") : null;
    }
}
