using System.Text.Json;
using System.Text.Json.Nodes;
using CDNet.MLNet.Data.Manifests;

namespace CDNet.Cli.Experiments;

/// <summary>Labelled pictures that an experiment names: as <c>--data</c>, <c>--manifest</c> and <c>--split</c> of the other commands.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Data">Folder, CSV or prepared set, relative to the root.</param>
/// <param name="Manifest">Manifest by name or file, or null.</param>
/// <param name="Split">Split to evaluate, where the data has splits.</param>
internal sealed record ExperimentData(string Name, string Data, string? Manifest = null, string Split = "test");

/// <summary>A cell: its name, and what it sets beyond the common settings.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Settings">All its settings, the common ones included.</param>
internal sealed record ExperimentCell(string Name, ExperimentSettings Settings);

/// <summary>An experiment, read from its file: what is trained, with which seeds, and on what it is tested.</summary>
internal sealed record ExperimentFile
{
    /// <summary>What it is, in a word.</summary>
    public required string Name { get; init; }

    /// <summary>What it asks, in a sentence or two.</summary>
    public required string Description { get; init; }

    /// <summary>What is trained on: the splits train and val.</summary>
    public required ExperimentData Train { get; init; }

    /// <summary>What is tested on.</summary>
    public required IReadOnlyList<ExperimentData> Test { get; init; }

    /// <summary>BlazeFace file relative to the root, or the name of one that was pulled; null where the data is prepared.</summary>
    public string? Detector { get; init; }

    /// <summary>Confidence below which a detection is no face; null for the default.</summary>
    public float? MinConfidence { get; init; }

    /// <summary>Side of the window of the second look at each face, in sides of its box; 0 for none, null for the default.</summary>
    public float? SecondLook { get; init; }

    /// <summary>A run for each.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>Settings of all cells.</summary>
    public JsonObject Common { get; init; } = [];

    /// <summary>Name of each cell, and what it sets beyond or instead.</summary>
    public required IReadOnlyDictionary<string, JsonObject> Cells { get; init; }

    /// <summary>Reads a file and checks each cell.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no experiment; the message names the file, the place and the reason.</exception>
    public static ExperimentFile Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such experiment file.", path);
        try
        {
            var file = StrictJson.Read<ExperimentFile>(path);
            foreach (var (what, count) in new[] { ("seeds", file.Seeds.Count), ("cells", file.Cells.Count), ("test", file.Test.Count) })
            {
                if (count == 0)
                    throw new InvalidDataException($"{path}: {what} is empty; an experiment needs at least one.");
            }
            foreach (var cell in file.AllCells())
                cell.Settings.ToOptions(file.Seeds[0], ".").Training.Validate();
            return file;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The cells with all their settings, in the order of the file.</summary>
    public IReadOnlyList<ExperimentCell> AllCells() => [.. Cells.Select(cell => new ExperimentCell(cell.Key, Merged(cell.Key, cell.Value)))];

    /// <summary>A path of the file: as it stands where it is absolute, else below the root.</summary>
    public static string Resolve(string root, string path) => Path.GetFullPath(Path.Combine(root, path));

    private ExperimentSettings Merged(string name, JsonObject own)
    {
        var all = Common.DeepClone().AsObject();
        foreach (var (key, value) in own)
            all[key] = value?.DeepClone();
        try
        {
            return all.Deserialize<ExperimentSettings>(StrictJson.Options)!;
        }
        catch (JsonException e)
        {
            throw new JsonException($"the settings of the cell '{name}': {e.Message}", e);
        }
    }
}
