using CDNet.MLNet.Data;

namespace CDNet.Cli.Inputs;

/// <summary>A folder that must hold pictures.</summary>
internal static class PictureFolder
{
    /// <summary>All pictures in and below a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no picture.</exception>
    public static IReadOnlyList<string> Files(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder}: no such folder.");
        var found = PictureSet.FilesBelow(folder);
        return found.Count > 0 ? found : throw new InvalidDataException($"{folder}: no pictures in or below this folder ({string.Join(", ", PictureReader.Extensions)}).");
    }
}
