using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring.Bundles;

namespace CDNet.MLNet.Scoring;

/// <summary>Gives a model zip a list of checksums: from then on a damaged copy is refused by <see cref="CDNetModel"/>, <see cref="BatchScorer"/> and <c>cdnet</c>, and never scores otherwise in silence.</summary>
/// <remarks>
/// The commands of <c>cdnet</c> that write models, and the classes of this namespace, do it by themselves; a zip that <c>mlContext.Model.Save</c> wrote has none. The list is an entry
/// called <c>cdnet.sha256</c>, in the form of the program sha256sum. <c>mlContext.Model.Load</c> passes it over. It is no signature.
/// </remarks>
public static class ModelSeal
{
    /// <summary>Copies a model zip with checksums; nothing else in it changes.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, or a damaged one.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    public static void Write(string source, string target) => SavedModelRewriter.Write(source, target, _ => null);

    /// <summary>Saves a model so that its name never stands for half of one, and with checksums.</summary>
    /// <param name="path">The zip to write.</param>
    /// <param name="save">Saves it to the path that it is given.</param>
    internal static void Save(string path, Action<string> save) => WholeFile.Write(path, partial =>
    {
        save(partial);
        try
        {
            BundleSeal.Add(partial);
        }
        catch (InvalidDataException e)
        {
            // ML.NET keeps to itself that it could not write the end of a zip.
            throw new IOException($"The model could not be written whole. Is the disk full? {e.Message}", e);
        }
    });
}
