using System.IO.Hashing;
using System.Text;

namespace CDNet.Cli.Inputs;

/// <summary>Pictures for a face detector: some to train on, some held out.</summary>
/// <param name="Training">To train on.</param>
/// <param name="HeldOut">To judge by.</param>
internal sealed record DetectorPictures(IReadOnlyList<string> Training, IReadOnlyList<string> HeldOut)
{
    private const ulong Slots = 10_000;

    /// <summary>The pictures in and below folders. Which are held out is told by their names alone, so it is the same everywhere and with more folders.</summary>
    /// <param name="folders">The folders.</param>
    /// <param name="heldOut">Share that is held out, 0 to 1.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A folder holds no picture.</exception>
    public static DetectorPictures Of(IEnumerable<string> folders, double heldOut)
    {
        var all = folders.SelectMany(PictureFolder.Files).ToLookup(path => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(Path.GetFileName(path))) % Slots < heldOut * Slots);
        return new DetectorPictures([.. all[false]], [.. all[true]]);
    }
}
