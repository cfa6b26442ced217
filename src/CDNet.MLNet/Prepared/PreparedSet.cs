using System.Collections;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Prepared;

/// <summary>A prepared set: crops of labelled pictures and videos on disk, and how they were made.</summary>
public sealed class PreparedSet
{
    private readonly List<(string File, PartRecord Record)> _parts;

    private PreparedSet(string folder, SetRecord set, FacePartCropOptions crops, List<(string File, PartRecord Record)> parts, IReadOnlyList<ShardRecord> shards, List<SkippedItem> damaged)
    {
        (Folder, CropOptions, _parts, Damaged) = (folder, crops, parts, damaged);
        Report = PrepareReport.Of(shards, [.. parts.Select(part => part.Record)], parts.Count, [], 0) with { Decoder = set.Decoder };
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>How the faces were found and cut out, with the detector: a model that is trained on the crops must do the same.</summary>
    public FacePartCropOptions CropOptions { get; }

    /// <summary>What it consists of.</summary>
    public PrepareReport Report { get; }

    /// <summary>Part files that are damaged and were left out.</summary>
    public IReadOnlyList<SkippedItem> Damaged { get; }

    /// <summary>The part files, each a plain file for <c>mlContext.Data.LoadFromBinary</c>.</summary>
    public IReadOnlyList<string> Files => [.. _parts.Select(part => part.File)];

    /// <summary>The names of the splits that have rows; empty where the data is not split.</summary>
    public IReadOnlyList<string> SplitNames => [.. _parts.SelectMany(part => part.Record.Splits.Keys).Where(split => split.Length > 0).Distinct()];

    /// <summary>How many rows a split has; all of them where the data is not split.</summary>
    /// <param name="split">For example test.</param>
    public long RowsOf(string split)
        => SplitNames.Count == 0 ? Report.Rows : _parts.Sum(part => part.Record.Splits.TryGetValue(split, out var rows) ? rows : 0);

    /// <summary>Whether a folder holds a prepared set, finished or not.</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, SetRecord.FileName));

    /// <summary>Opens a set.</summary>
    /// <param name="folder">The folder that <see cref="SetPreparer"/> or <see cref="SetMerger"/> wrote.</param>
    /// <param name="isThorough">Whether every byte of the part files is checked, not only their lengths. Damaged parts are left out either way.</param>
    /// <exception cref="FileNotFoundException">The folder holds no prepared set.</exception>
    /// <exception cref="InvalidDataException">A shard or a part is missing or not finished, every part is damaged, or a later version wrote the set.</exception>
    public static PreparedSet Open(string folder, bool isThorough = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var set = ReadSet(folder);
        var (parts, shards, damaged) = (new List<(string, PartRecord)>(), new List<ShardRecord>(), new List<SkippedItem>());
        for (var index = 0; index < set.Shards; index++)
        {
            var shard = new Shard(index, set.Shards);
            shards.Add(ReadShard(folder, shard));
            foreach (var (file, record) in ReadParts(folder, shard, shards[^1]))
            {
                if (SetFiles.Damage(file, record, isThorough) is { } damage)
                    damaged.Add(new SkippedItem(file, damage));
                else
                    parts.Add((file, record));
            }
        }
        if (parts.Count == 0)
            throw new InvalidDataException($"{folder}: the prepared set has no part that can be read{(damaged.Count > 0 ? $"; {damaged[0].Item}: {damaged[0].Reason}" : "")}.");
        return new PreparedSet(folder, set, ReadCrops(folder, set), parts, shards, damaged);
    }

    /// <summary>The rows with the columns of <see cref="PreparedColumns"/>, in the order of the data; <c>DecodeCrops</c> turns them into crops.</summary>
    /// <param name="splits">Rows of these splits; all rows where none is named or where the data is not split.</param>
    /// <exception cref="InvalidDataException">The data is split, but has none of these.</exception>
    public IDataView Load(params IReadOnlyCollection<string> splits)
    {
        ArgumentNullException.ThrowIfNull(splits);
        if (splits.Count == 0 || SplitNames.Count == 0)
            return View(null);
        return SplitNames.Any(splits.Contains)
            ? View(Marked(splits.ToDictionary(split => split, _ => 0), 0))
            : throw new InvalidDataException($"The data has no split {string.Join(", ", splits)}; it has {string.Join(", ", SplitNames)}.");
    }

    /// <summary>As <see cref="Load"/>, at most so many rows of each split, drawn by a seed.</summary>
    /// <param name="limits">Most rows of each split; 0 for all. The name "" stands for the rows of data that is not split.</param>
    /// <param name="seed">The seed.</param>
    public IDataView LoadLimited(IReadOnlyDictionary<string, int> limits, int seed)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return View(Marked(limits, seed));
    }

    /// <summary>Checks that faces are found and cut out elsewhere as they were for this set.</summary>
    /// <exception cref="InvalidDataException">The detector or an option differs; the message says what.</exception>
    internal void RequireCropsOf(FacePartCropOptions options)
    {
        var (own, other) = (CropOptions.Detector!, options.Detector!);
        if (own.Sha256 != other.Sha256)
            throw new InvalidDataException($"{Folder}: prepared with the detector {own.Name} ({own.Sha256[..12]}), not with {other.Name} ({other.Sha256[..12]}). Prepare the data with the same detector.");
        if (CropRecord.Of(CropOptions) is var mine && CropRecord.Of(options) is var theirs && mine != theirs)
            throw new InvalidDataException($"{Folder}: prepared with other crops ({mine}; wanted {theirs}). Prepare the data with the same options.");
    }

    internal IReadOnlyList<(string File, PartRecord Record)> Parts => _parts;

    internal static SetRecord ReadSet(string folder)
    {
        var path = Path.Combine(folder, SetRecord.FileName);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{folder}: no prepared set (no {SetRecord.FileName} in this folder).", path);
        var set = SetFiles.ReadJson<SetRecord>(path);
        if (set.Format != SetRecord.FormatName || set.Crops is null || set.Detector is not { Length: > 0 } || set.Data is null || set.Shards is < 1 or > Shard.MaxCount)
            throw new InvalidDataException($"{path}: no description of a prepared set.");
        if (set.Version > SetRecord.CurrentVersion)
            throw new InvalidDataException($"{path}: version {set.Version}; this program reads up to {SetRecord.CurrentVersion}.");
        return set.FaceSide == FacePartCropOptions.FaceSide && set.PartSide == FacePartCropOptions.PartSide
            ? set
            : throw new InvalidDataException($"{path}: crops of {set.FaceSide} and {set.PartSide} pixels; this program takes {FacePartCropOptions.FaceSide} and {FacePartCropOptions.PartSide}.");
    }

    internal static ShardRecord ReadShard(string folder, Shard shard)
    {
        var path = SetFiles.ShardFile(folder, shard);
        return File.Exists(path)
            ? SetFiles.ReadJson<ShardRecord>(path)
            : throw new InvalidDataException($"{folder}: shard {shard} is missing. Prepare it with --shard {shard}, or bring the shards together with cdnet prepare merge.");
    }

    /// <summary>The parts of a shard with their records.</summary>
    /// <exception cref="InvalidDataException">A part is not finished.</exception>
    internal static IEnumerable<(string File, PartRecord Record)> ReadParts(string folder, Shard shard, ShardRecord record)
    {
        for (var part = 0; part < record.Parts; part++)
        {
            var file = SetFiles.PartFile(folder, shard, part);
            if (!File.Exists(SetFiles.RecordOf(file)))
                throw new InvalidDataException($"{folder}: shard {shard} is not finished: part {part + 1} of {record.Parts} is missing. Run the same cdnet prepare again; it does what is left.");
            yield return (file, SetFiles.ReadJson<PartRecord>(SetFiles.RecordOf(file)));
        }
    }

    private static FacePartCropOptions ReadCrops(string folder, SetRecord set)
    {
        var crops = set.Crops.ToOptions(ReadDetector(folder, set));
        try
        {
            crops.Validate();
            return crops;
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{Path.Combine(folder, SetRecord.FileName)}: {e.Message}", e);
        }
    }

    internal static FaceDetectorModel ReadDetector(string folder, SetRecord set)
    {
        var path = Path.Combine(folder, SetRecord.DetectorFileName);
        if (!File.Exists(path))
            throw new InvalidDataException($"{path}: the detector of the prepared set is missing.");
        FileSize.Require(path, FaceDetectorModel.MaxBytes, "a face detector");
        var detector = FaceDetectorModel.FromBytes(File.ReadAllBytes(path), set.Detector);
        return detector.Sha256 == set.DetectorSha256
            ? detector
            : throw new InvalidDataException($"{path}: not the detector of this prepared set, or a damaged one ({detector.Sha256}; expected {set.DetectorSha256}).");
    }

    private PreparedView View(BitArray? marked) => new([.. _parts.Select(part => (part.File, part.Record.Rows))], marked);

    /// <summary>Marks rows: one bit a row is all that stays in memory once they are drawn.</summary>
    private BitArray Marked(IReadOnlyDictionary<string, int> limits, int seed)
    {
        var marked = new BitArray(checked((int)_parts.Sum(part => part.Record.Rows)));
        var rows = limits.Keys.ToDictionary(split => split, _ => new List<(int Row, string Source)>());
        var row = 0;
        var view = View(null);
        var splits = view.GetColumn<ReadOnlyMemory<char>>(PreparedColumns.Schema[PreparedColumns.Split]);
        var sources = view.GetColumn<ReadOnlyMemory<char>>(PreparedColumns.Schema[PreparedColumns.SourceVideo]);
        foreach (var (split, source) in splits.Zip(sources))
        {
            if (rows.TryGetValue(split.ToString(), out var of))
                of.Add((row, source.ToString()));
            row++;
        }
        foreach (var (split, of) in rows)
        {
            foreach (var (index, _) in SourceDraw.Of(of, item => item.Source, limits[split], seed))
                marked[index] = true;
        }
        return marked;
    }
}
