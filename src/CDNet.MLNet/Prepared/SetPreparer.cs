using System.Diagnostics;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using Microsoft.ML;

namespace CDNet.MLNet.Prepared;

/// <summary>Turns labelled pictures and videos into a prepared set: a folder of files in ML.NET's own format with the crops that networks train on.</summary>
/// <remarks>
/// <para>A set consists of part files of bounded size, each a plain file for <c>mlContext.Data.LoadFromBinary</c> with the columns of
/// <see cref="PreparedColumns"/>. A part gets its name when it is complete and on the disk, and a record behind it says that it is finished. So a run may end at
/// any moment, killed too: the next one keeps what is finished and does the rest. The rows do not depend on the number of threads, nor on interruptions.</para>
/// <para>An item that cannot be read, has no face or is listed twice is reported and does not stop the others. Rows without a face are in the set, without crops.</para>
/// </remarks>
public sealed class SetPreparer
{
    private const double SecondsToMeasure = 1;

    private readonly string _folder;
    private readonly PrepareOptions _options;
    private readonly PreparePlan _plan;
    private readonly List<SkippedItem> _redone = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Stopwatch _sinceFirstRow = new();
    private readonly double _weight;
    private double _weightAtStart;
    private double _weightDone;
    private double _unitDone;
    private long _rows;
    private long _rowsAtStart;

    private SetPreparer(string folder, PrepareOptions options, PreparePlan plan)
    {
        (_folder, _options, _plan) = (folder, options, plan);
        _weight = Math.Max(1, plan.Parts.Sum(WeightOf));
    }

    /// <summary>Prepares a shard, or what earlier runs have left of it.</summary>
    /// <param name="set">The pictures and videos.</param>
    /// <param name="folder">The folder of the prepared set; made where it is not there. Several shards may share it.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="cancellation">Ends the run; finished parts stay.</param>
    /// <returns>What the shard consists of.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The folder holds a set of other data or with other options; the message says what differs.</exception>
    /// <exception cref="IOException">The disk is full, the folder cannot be written to, or another process prepares the same shard.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static PrepareReport Run(PictureSet set, string folder, PrepareOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new PrepareOptions();
        options.Validate();
        var detector = options.Crops.Detector ?? FaceDetectorModel.Default;
        Directory.CreateDirectory(folder);
        using var claim = Claim(folder, options.Shard);
        var plan = PreparePlan.Of(set, options);
        return new SetPreparer(folder, options, plan).Run(detector, cancellation);
    }

    private PrepareReport Run(FaceDetectorModel detector, CancellationToken cancellation)
    {
        var (set, shard) = Describe(detector);
        SetFiles.RemoveUnfinished(_folder, _options.Shard);
        var records = new PartRecord?[_plan.Parts.Count];
        for (var part = 0; part < records.Length; part++)
        {
            cancellation.ThrowIfCancellationRequested();
            records[part] = Finished(part);
        }
        var before = records.Count(record => record is not null);
        _weightDone = records.Index().Where(part => part.Item is not null).Sum(part => WeightOf(_plan.Parts[part.Index]));

        using (var network = new FaceDetector(detector))
        {
            var open = Enumerable.Range(0, records.Length).Where(part => records[part] is null).ToArray();
            var pipeline = new UnitPipeline(new FramePreparer(network, _options.Crops, _options.Encoding), _options.Videos, _options.Frames, _options.Threads);
            using var events = pipeline.Run(open.SelectMany(part => _plan.Parts[part]), cancellation).GetEnumerator();
            foreach (var part in open)
                records[part] = WritePart(part, events);
        }
        ContactSheet.Write(ContactSheet.FileOf(_folder, _options.Shard), [.. records.Select((record, part) => (SetFiles.PartFile(_folder, _options.Shard, part), record!))]);
        return PrepareReport.Of([shard], records!, before, _redone, _watch.Elapsed.TotalSeconds) with { Decoder = set.Decoder };
    }

    /// <summary>Keeps a second process off the same shard. The lock goes with the process, however it ends.</summary>
    private static FileStream Claim(string folder, Shard shard)
    {
        var path = Path.Combine(folder, SetFiles.ShardName(shard) + ".lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException($"{folder}: another process prepares shard {shard} ({e.Message}).", e);
        }
    }

    /// <summary>Writes what the set and the shard are to consist of, or compares it with what an earlier run wrote.</summary>
    private (SetRecord Set, ShardRecord Shard) Describe(FaceDetectorModel detector)
    {
        var set = SetRecord.Of(_options, detector, _plan);
        var setFile = Path.Combine(_folder, SetRecord.FileName);
        if (File.Exists(setFile) && set.DifferenceFrom(SetFiles.ReadJson<SetRecord>(setFile)) is { } difference)
            throw new InvalidDataException($"{_folder}: holds a prepared set that differs in {difference}. Choose another folder, or remove this one.");
        var detectorFile = Path.Combine(_folder, SetRecord.DetectorFileName);
        if (!File.Exists(detectorFile))
            SetFiles.Write(detectorFile, stream => stream.Write(detector.Onnx));
        if (!File.Exists(setFile))
            SetFiles.WriteJson(setFile, set);

        var units = _plan.Parts.SelectMany(part => part).ToList();
        var videos = units.Count(unit => unit.IsVideo);
        var shard = new ShardRecord(
            _options.Shard.Index, _options.Shard.Count, _plan.Fingerprint, units.Count - videos, videos, _plan.Parts.Count, _plan.Problems);
        SetFiles.WriteJson(SetFiles.ShardFile(_folder, _options.Shard), shard);
        return (set, shard);
    }

    /// <summary>The record of a part that an earlier run finished, or null. What is left of one that it did not finish goes.</summary>
    private PartRecord? Finished(int part)
    {
        var file = SetFiles.PartFile(_folder, _options.Shard, part);
        var recordFile = SetFiles.RecordOf(file);
        if (File.Exists(recordFile))
        {
            string? damage;
            try
            {
                var record = SetFiles.ReadJson<PartRecord>(recordFile);
                damage = SetFiles.Damage(file, record, isThorough: true);
                if (damage is null)
                    return record;
            }
            catch (InvalidDataException e)
            {
                damage = e.Message;
            }
            _redone.Add(new SkippedItem(file, $"{damage}; made again"));
        }
        // The record first: a part file without one is unfinished, a record without a part file would be a damage.
        WholeFile.Remove(recordFile);
        WholeFile.Remove(file);
        return null;
    }

    private PartRecord WritePart(int part, IEnumerator<UnitEvent> events)
    {
        var file = SetFiles.PartFile(_folder, _options.Shard, part);
        var rows = new PartRows(_plan.Parts[part], events, Report);
        PartRecord? record = null;
        SetFiles.Write(file, stream =>
        {
            var context = new MLContext();
            context.Data.SaveAsBinary(context.Data.LoadFromEnumerable(rows), stream);
            stream.Flush();
            stream.Position = 0;
            record = rows.ToRecord(stream.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream)));
        });
        var view = PartFile.Load(file);
        var written = view.GetRowCount();
        (view as IDisposable)?.Dispose();
        if (written != record!.Rows)
            throw new InvalidOperationException($"{file}: ML.NET wrote {written} of {record.Rows} rows.");
        SetFiles.WriteJson(SetFiles.RecordOf(file), record);
        return record;
    }

    private static double WeightOf(IReadOnlyList<SourceUnit> units) => units.Sum(unit => (double)unit.Weight);

    private void Report(UnitEvent next)
    {
        _rows += next.Row is null ? 0 : 1;
        // A video may have fewer or more frames than was expected: within it the share never runs ahead of its end.
        var done = next.IsEnd ? next.Unit.Weight : Math.Min(_unitDone + 1, next.Unit.Weight);
        _weightDone += done - _unitDone;
        _unitDone = next.IsEnd ? 0 : done;
        if (_options.Progress is not { } progress)
            return;
        // The first row also waits for the programs to be compiled and loaded; a time left that counts it would be far too long.
        if (!_sinceFirstRow.IsRunning)
            (_weightAtStart, _rowsAtStart) = (_weightDone, _rows);
        _sinceFirstRow.Start();
        var seconds = _sinceFirstRow.Elapsed.TotalSeconds;
        var isKnown = seconds >= SecondsToMeasure && _weightDone > _weightAtStart;
        progress.Report(new PrepareProgress(
            _weightDone / _weight, _rows, isKnown ? (_rows - _rowsAtStart) / seconds : double.NaN,
            isKnown ? TimeSpan.FromSeconds(Math.Min((_weight - _weightDone) * seconds / (_weightDone - _weightAtStart), 1e9)) : null));
    }
}
