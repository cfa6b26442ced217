using System.Text.Json;
using CDNet.MLNet.Data;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Scores;

/// <summary>Beside a score file, <c>FILE.run.json</c>: what made it, and how it can be told that it is whole.</summary>
/// <param name="Model">The model's file or name.</param>
/// <param name="ModelSha256">Its SHA-256.</param>
/// <param name="Frames">Frames of each video; null for all.</param>
/// <param name="Shard">The share of the inputs, i/n.</param>
/// <param name="InputsSha256">SHA-256 of the names of all inputs, of which this is a share.</param>
internal sealed record ScoreRun(string Model, string ModelSha256, int? Frames, string Shard, string InputsSha256)
{
    /// <summary>Most bytes of a record: 1 MiB.</summary>
    public const long MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly JsonSerializerOptions OneLine = new(JsonSerializerDefaults.Web);

    /// <summary>How the scores of a video became one; null in files of versions that knew one way.</summary>
    public string? Aggregation { get; init; }

    /// <summary>How often each face was looked at.</summary>
    public int Looks { get; init; } = 1;

    /// <summary>What the network computed in, as <c>--precision</c> calls it.</summary>
    public string Precision { get; init; } = "full";

    /// <summary>Files that were scored.</summary>
    public long Files { get; init; }

    /// <summary>Lines of the score file.</summary>
    public long Rows { get; init; }

    /// <summary>SHA-256 of the score file.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The name of the record of a score file.</summary>
    public static string NameOf(string file) => file + ".run.json";

    /// <summary>The name of a share's score file: that of the whole for the whole.</summary>
    public static string ShardName(string file, Shard shard) => shard.Count == 1
        ? file
        : Path.Combine(Path.GetDirectoryName(file) ?? "", $"{Path.GetFileNameWithoutExtension(file)}-{shard.Index:D5}-of-{shard.Count:D5}{Path.GetExtension(file)}");

    /// <summary>The name of the file about whole videos that belongs to a score file.</summary>
    public static string VideosName(string file) => Path.ChangeExtension(file, ".videos" + Path.GetExtension(file));

    /// <summary>What must agree where two runs make one result; null where it does, else the difference in words.</summary>
    public string? DifferenceFrom(ScoreRun other)
    {
        if (ModelSha256 != other.ModelSha256)
            return $"the model {other.Model} (SHA-256 {other.ModelSha256[..12]}...) and not {Model} ({ModelSha256[..12]}...)";
        string Text(int? frames) => frames is { } count ? $"{count}" : "all";
        if ((Aggregation ?? VideoVerdict.Aggregation) is var mine && (other.Aggregation ?? VideoVerdict.Aggregation) is var others && mine != others)
            return $"the aggregation of videos '{others}' and not '{mine}'";
        if (Looks != other.Looks)
            return $"--looks {other.Looks} and not {Looks}";
        if (Precision != other.Precision)
            return $"--precision {other.Precision} and not {Precision}";
        return Frames != other.Frames ? $"{Text(other.Frames)} frames a video and not {Text(Frames)}" : null;
    }

    /// <summary>Reads the record of a score file.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is damaged.</exception>
    public static ScoreRun ReadFor(string file)
    {
        var path = NameOf(file);
        if (!File.Exists(path))
            throw new InvalidDataException($"{path}: there is no such file; it says what made {file}. Score files come with one.");
        try
        {
            FileSize.Require(path, MaxBytes, "a record of scores");
            return Parse(File.ReadAllText(path));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: damaged: {e.Message}", e);
        }
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ScoreRun Parse(string json)
        => JsonSerializer.Deserialize<ScoreRun>(json, Options) is { Model: not null, ModelSha256.Length: 64, Shard: not null, InputsSha256: not null, Files: >= 0 and < 1L << 40, Rows: >= 0 and < 1L << 50 } run ? run : throw new JsonException("a field is missing");

    /// <summary>The record in one line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, OneLine);

    /// <summary>Writes the record of a score file that is there.</summary>
    public void WriteFor(string file)
    {
        var json = JsonSerializer.Serialize(this with { Sha256 = SetFiles.Sha256(file) }, Options) + "\n";
        WholeFile.Write(NameOf(file), partial => File.WriteAllText(partial, json));
    }

    /// <summary>Checks that a score file is the one that this record was written for.</summary>
    /// <exception cref="InvalidDataException">It is another one, or damaged.</exception>
    public void Verify(string file)
    {
        if (SetFiles.Sha256(file) != Sha256)
            throw new InvalidDataException($"{file}: not the file that {NameOf(file)} was written for: damaged or changed. Score this share again.");
    }
}
