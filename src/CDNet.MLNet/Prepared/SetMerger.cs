namespace CDNet.MLNet.Prepared;

/// <summary>Brings the shards of a prepared set together from several folders.</summary>
public static class SetMerger
{
    /// <summary>Checks every byte of the shards and copies them into one folder. A merge that was interrupted goes on where it ended.</summary>
    /// <param name="folders">The folders, each with one shard or several.</param>
    /// <param name="output">The folder to write.</param>
    /// <param name="progress">Told of the share that is done, 0 to 1.</param>
    /// <param name="cancellation">Ends the merge.</param>
    /// <returns>What the merged set consists of.</returns>
    /// <exception cref="InvalidDataException">
    /// A shard is missing, doubled, not finished or damaged, or the folders hold different sets; the message names each. Nothing is written then.
    /// </exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static PrepareReport Merge(
        IReadOnlyList<string> folders, string output, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        if (folders.Count == 0)
            throw new ArgumentException("There are no folders to merge.", nameof(folders));
        if (folders.Select(Path.GetFullPath).Contains(Path.GetFullPath(output)))
            throw new ArgumentException($"{output}: the output is one of the folders to merge.", nameof(output));

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var set = CommonRecord(folders);
        var found = Find(folders, set);
        var parts = found.SelectMany(shard => PreparedSet.ReadParts(shard.Folder, shard.Shard, shard.Record)).ToList();
        Verify(parts, share => progress?.Report(share / 2), cancellation);

        Directory.CreateDirectory(output);
        var setFile = Path.Combine(output, SetRecord.FileName);
        if (File.Exists(setFile) && set.DifferenceFrom(SetFiles.ReadJson<SetRecord>(setFile)) is { } difference)
            throw new InvalidDataException($"{output}: holds a prepared set that differs in {difference}. Choose another folder, or remove this one.");
        SetFiles.Write(Path.Combine(output, SetRecord.DetectorFileName), stream => stream.Write(PreparedSet.ReadDetector(folders[0], set).Onnx));
        foreach (var (index, (file, record)) in parts.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            Copy(file, record, output);
            progress?.Report(0.5 + 0.5 * (index + 1) / parts.Count);
        }
        foreach (var shard in found)
            SetFiles.WriteJson(SetFiles.ShardFile(output, shard.Shard), shard.Record);
        // The description comes last: without it the folder is no set.
        SetFiles.WriteJson(setFile, set);
        ContactSheet.Write(ContactSheet.FileOf(output, Shard.Whole), PreparedSet.Open(output).Parts);
        return PrepareReport.Of([.. found.Select(shard => shard.Record)], [.. parts.Select(part => part.Record)], 0, [], watch.Elapsed.TotalSeconds) with { Decoder = set.Decoder };
    }

    private static SetRecord CommonRecord(IReadOnlyList<string> folders)
    {
        var set = PreparedSet.ReadSet(folders[0]);
        foreach (var folder in folders.Skip(1))
        {
            if (PreparedSet.ReadSet(folder).DifferenceFrom(set) is { } difference)
                throw new InvalidDataException($"{folder}: a shard of another prepared set than {folders[0]}; it differs in {difference}.");
        }
        return set;
    }

    private static List<(string Folder, Shard Shard, ShardRecord Record)> Find(IReadOnlyList<string> folders, SetRecord set)
    {
        var (found, reasons) = (new List<(string, Shard, ShardRecord)>(), new List<string>());
        for (var index = 0; index < set.Shards; index++)
        {
            var shard = new Shard(index, set.Shards);
            var holding = folders.Where(folder => File.Exists(SetFiles.ShardFile(folder, shard))).ToArray();
            if (holding.Length == 1)
                found.Add((holding[0], shard, PreparedSet.ReadShard(holding[0], shard)));
            else
                reasons.Add(holding.Length == 0 ? $"shard {shard} is missing" : $"shard {shard} is doubled: it is in {string.Join(" and in ", holding)}");
        }
        return reasons.Count == 0 ? found : throw new InvalidDataException($"The shards do not make a set: {string.Join("; ", reasons)}.");
    }

    private static void Verify(List<(string File, PartRecord Record)> parts, Action<double> progress, CancellationToken cancellation)
    {
        var damaged = new List<string>();
        foreach (var (index, (file, record)) in parts.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            if (SetFiles.Damage(file, record, isThorough: true) is { } damage)
                damaged.Add($"{file}: {damage}");
            progress((index + 1.0) / parts.Count);
        }
        if (damaged.Count > 0)
            throw new InvalidDataException($"{string.Join("; ", damaged)}. Run cdnet prepare of this shard again; it makes damaged parts anew.");
    }

    private static void Copy(string file, PartRecord record, string output)
    {
        var copy = Path.Combine(output, Path.GetFileName(file));
        if (SetFiles.Damage(copy, record, isThorough: true) is not null)
        {
            SetFiles.Write(copy, target =>
            {
                using var source = File.OpenRead(file);
                source.CopyTo(target, 1 << 20);
            });
        }
        SetFiles.WriteJson(SetFiles.RecordOf(copy), record);
    }
}
