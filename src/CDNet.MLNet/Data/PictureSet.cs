using System.Globalization;
using CDNet.MLNet.Data.Manifests;
using CDNet.MLNet.Pipeline;
using CsvHelper;
using CsvHelper.Configuration;

namespace CDNet.MLNet.Data;

/// <summary>Pictures with labels, listed from a folder or from a CSV file; videos too where the caller can read them.</summary>
/// <remarks>
/// A folder holds <c>real/</c> and <c>fake/</c>, or <c>train/</c>, <c>val/</c> and <c>test/</c> with those inside; a folder inside <c>fake/</c> names the method
/// of the fakes in it. A CSV has the columns <c>path</c> and <c>label</c> (<c>real</c> or <c>fake</c>) and optionally <c>split</c>, <c>source_video</c>,
/// <c>video</c> and <c>method</c>.
/// </remarks>
public sealed class PictureSet
{
    private static readonly string[] Splits = ["train", "val", "test"];
    private static readonly string[] Classes = ["real", "fake"];
    private static readonly string[] RequiredColumns = ["path", "label"];
    private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };

    private PictureSet(string root, IReadOnlyList<LabeledPicture> pictures, IReadOnlyList<SkippedItem> skipped)
        => (Root, Pictures, Skipped) = (root, pictures, skipped);

    /// <summary>The folder that the data is below: names of its items are their paths from here.</summary>
    public string Root { get; }

    /// <summary>The pictures, in the order of the CSV or by path.</summary>
    public IReadOnlyList<LabeledPicture> Pictures { get; }

    /// <summary>Lines of the CSV that name no picture or no label, and folders with the name of a video that hold none.</summary>
    public IReadOnlyList<SkippedItem> Skipped { get; }

    /// <summary>The names of the splits that have pictures; empty where the data is not split.</summary>
    public IReadOnlyList<string> SplitNames => [.. Pictures.Select(picture => picture.Split).Where(split => split.Length > 0).Distinct()];

    /// <summary>Lists the pictures of a folder or of a CSV file.</summary>
    /// <param name="path">The folder or the CSV file.</param>
    /// <param name="root">What relative paths in the CSV are relative to; the CSV's own folder where null.</param>
    /// <param name="videoExtensions">Endings of file names, in lower case with their dot, that a folder is searched for beside those of pictures.</param>
    /// <exception cref="FileNotFoundException">There is neither such a folder nor such a file.</exception>
    /// <exception cref="InvalidDataException">There are no pictures, the CSV lacks a column, or it is too large (2 GiB, lines of a million letters).</exception>
    public static PictureSet Open(string path, string? root = null, IReadOnlyList<string>? videoExtensions = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
            return FromFolder(path, videoExtensions ?? []);
        return File.Exists(path)
            ? FromCsv(path, root ?? Path.GetDirectoryName(Path.GetFullPath(path))!)
            : throw new FileNotFoundException($"{path}: no such folder and no such CSV file.", path);
    }

    /// <summary>Lists the files of a published data set by its manifest.</summary>
    /// <param name="manifest">What is known of the data set.</param>
    /// <param name="root">The folder that its download made.</param>
    /// <returns>Its files, by path; what the manifest leaves out is in <see cref="Skipped"/>.</returns>
    /// <exception cref="IOException">There is no such folder, or it lacks a list that belongs to the data set.</exception>
    /// <exception cref="InvalidDataException">No file in the folder belongs to the data set; the message says what was looked for and what is there.</exception>
    public static PictureSet FromManifest(DataManifest manifest, string root)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        var listing = ManifestLister.List(manifest, root);
        var skipped = listing.Problems.Select(problem => new SkippedItem(problem.Path, problem.Reason)).ToList();
        return listing.Files.Count > 0
            ? new PictureSet(root, [.. listing.Files.Select(file => new LabeledPicture(file.FullPath, file.IsFake, file.Split, file.SourceVideo, file.Video, file.Method))], skipped)
            : throw new InvalidDataException($"{root}: no file of {manifest.Title} is left. {skipped[0].Item}: {skipped[0].Reason}");
    }

    /// <summary>The pictures of one split; all of them where the data is not split.</summary>
    /// <param name="split">For example test.</param>
    /// <exception cref="InvalidDataException">The data is split, but has no such split.</exception>
    public IReadOnlyList<LabeledPicture> InSplit(string split)
    {
        if (SplitNames.Count == 0)
            return Pictures;
        var found = Pictures.Where(picture => picture.Split == split).ToList();
        return found.Count > 0 ? found : throw new InvalidDataException($"The data has no split {split}; it has {string.Join(", ", SplitNames)}.");
    }

    /// <summary>All picture files below a folder, by path.</summary>
    /// <param name="folder">The folder.</param>
    public static IReadOnlyList<string> FilesBelow(string folder) => FilesBelow(folder, PictureReader.Extensions);

    /// <summary>All files with some endings below a folder, by path.</summary>
    internal static string[] FilesBelow(string folder, IReadOnlyCollection<string> extensions)
        => [.. Directory.EnumerateFiles(folder, "*", Deep).Where(file => HasExtension(file, extensions)).Order(StringComparer.Ordinal)];

    private static PictureSet FromFolder(string folder, IReadOnlyList<string> videoExtensions)
    {
        string[] extensions = [.. PictureReader.Extensions, .. videoExtensions];
        var classes = (from split in Splits.Append("")
                       from label in Classes
                       let path = Path.Combine(folder, split, label)
                       where Directory.Exists(path)
                       select (Path: path, Split: split, Label: label)).ToList();
        var pictures = classes.SelectMany(of => FilesBelow(of.Path, extensions).Select(file => InFolder(file, of))).ToList();
        // A folder may be named like a video because it holds its frames. One without any would otherwise be passed over in silence.
        var skipped = classes
            .SelectMany(of => Directory.EnumerateDirectories(of.Path, "*", Deep))
            .Where(path => HasExtension(path, videoExtensions) && FilesBelow(path, extensions).Length == 0)
            .Order(StringComparer.Ordinal)
            .Select(path => new SkippedItem(path, "a folder with the name of a video and nothing to read in it"));
        return pictures.Count > 0
            ? new PictureSet(folder, pictures, [.. skipped])
            : throw new InvalidDataException(
                $"{folder}: no {(videoExtensions.Count > 0 ? "pictures and no videos" : "pictures")} ({string.Join(", ", extensions)}) in real/ and fake/, nor in train/, val/ or test/ with those inside.");
    }

    private static LabeledPicture InFolder(string file, (string Path, string Split, string Label) of)
    {
        var isFake = of.Label == "fake";
        var below = Path.GetRelativePath(of.Path, file).Split(Path.DirectorySeparatorChar);
        return new LabeledPicture(file, isFake, of.Split, file, file, isFake && below.Length > 1 ? below[0] : "");
    }

    private static bool HasExtension(string path, IEnumerable<string> extensions) => extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    private static PictureSet FromCsv(string path, string root)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            PrepareHeaderForMatch = header => header.Header.Trim().ToLowerInvariant(),
            TrimOptions = TrimOptions.Trim,
            MissingFieldFound = null,
            BadDataFound = null,
            MaxFieldSize = LabelTable.MaxField,
        };
        FileSize.Require(path, LabelTable.MaxCsvBytes, "a list of pictures");
        using var reader = new CsvReader(new BoundedText(path), configuration);
        try
        {
            return FromCsv(reader, path, root);
        }
        catch (CsvHelperException e)
        {
            throw new InvalidDataException($"{path}, line {reader.Parser.RawRow}: no CSV ({e.Message.Split('\n')[0].Trim()}).", e);
        }
    }

    private static PictureSet FromCsv(CsvReader reader, string path, string root)
    {
        var (pictures, skipped) = (new List<LabeledPicture>(), new List<SkippedItem>());
        if (!reader.Read() || !reader.ReadHeader())
            throw new InvalidDataException($"{path}: the file is empty; expected a header line with the columns path and label.");
        var header = reader.HeaderRecord!.Select(name => name.Trim().ToLowerInvariant()).ToArray();
        foreach (var column in RequiredColumns)
        {
            if (!header.Contains(column))
                throw new InvalidDataException($"{path}: no column {column}; the header has {string.Join(", ", header)}.");
        }
        while (reader.Read())
        {
            string Field(string name) => header.Contains(name) ? reader.GetField(name) ?? "" : "";
            if (Parse(Field, root, out var reason) is { } picture)
                pictures.Add(picture);
            else
                skipped.Add(new SkippedItem($"{path}, line {reader.Parser.RawRow}", reason));
        }
        return pictures.Count > 0
            ? new PictureSet(root, pictures, skipped)
            : throw new InvalidDataException($"{path}: no line with a path and a label (real or fake); {skipped.Count} lines were left out.");
    }

    private static LabeledPicture? Parse(Func<string, string> field, string root, out string reason)
    {
        reason = "";
        var (path, label) = (field("path"), field("label").ToLowerInvariant());
        if (path.Length == 0)
            reason = "the path is empty";
        else if (label is not ("real" or "fake"))
            reason = $"the label is '{label}'; expected real or fake";
        if (reason.Length > 0)
            return null;
        var full = Path.Combine(root, path);
        return new LabeledPicture(full, label == "fake", field("split"), Or(field("source_video"), full), Or(field("video"), full), field("method"));
    }

    private static string Or(string text, string fallback) => text.Length > 0 ? text : fallback;
}
