using CDNet.MLNet.Data;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Scores;

/// <summary>Brings the shares of a score file together: the same bytes that one machine would have written.</summary>
internal static class ScoreMerger
{
    /// <summary>Merges.</summary>
    /// <param name="files">The score files of all shares, each with its record beside it.</param>
    /// <param name="output">The score file of the whole.</param>
    /// <returns>The record of the whole.</returns>
    /// <exception cref="InvalidDataException">A share is missing, there twice or damaged, or they were not made from the same list by the same model.</exception>
    public static ScoreRun Merge(IReadOnlyList<string> files, string output)
    {
        var format = RowFormat.Of(output);
        var runs = files.Select(file => (File: file, Run: ScoreRun.ReadFor(file))).ToList();
        var first = runs[0];
        foreach (var (file, run) in runs)
        {
            if (first.Run.DifferenceFrom(run) is { } difference)
                throw new InvalidDataException($"{file} was made with {difference} as {first.File} was.");
            if (run.InputsSha256 != first.Run.InputsSha256)
                throw new InvalidDataException($"{file} is a share of another list of files than {first.File}.");
        }
        RequireAll([.. runs.Select(run => (run.File, ShareOf(run.File, run.Run)))]);
        foreach (var (file, run) in runs)
            run.Verify(file);
        WholeFile.Write(output, partial => format.Write(partial, Interleave(files, file => ByFile(RowFormat.Of(file).Read<ScoreRow>(file)), rows => rows[0].Path).SelectMany(rows => rows)));
        string[] videos = [.. files.Select(ScoreRun.VideosName).Where(File.Exists)];
        if (videos.Length > 0)
            WholeFile.Write(ScoreRun.VideosName(output), partial => format.Write(partial, Interleave(videos, file => RowFormat.Of(file).Read<VideoRow>(file), video => video.Path)));
        var whole = first.Run with { Shard = $"{Shard.Whole}", Files = runs.Sum(run => run.Run.Files), Rows = runs.Sum(run => run.Run.Rows) };
        whole.WriteFor(output);
        return whole;
    }

    /// <summary>The rows of each file, which follow each other.</summary>
    public static IEnumerable<IReadOnlyList<ScoreRow>> ByFile(IEnumerable<ScoreRow> rows)
    {
        var file = new List<ScoreRow>();
        foreach (var row in rows)
        {
            if (file.Count > 0 && file[0].Path != row.Path)
            {
                yield return file;
                file = [];
            }
            file.Add(row);
        }
        if (file.Count > 0)
            yield return file;
    }

    private static Shard ShareOf(string file, ScoreRun run)
    {
        try
        {
            return Shard.Parse(run.Shard);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{ScoreRun.NameOf(file)}: damaged: {e.Message}", e);
        }
    }

    private static void RequireAll(IReadOnlyList<(string File, Shard Shard)> shards)
    {
        var count = shards[0].Shard.Count;
        if (shards.FirstOrDefault(shard => shard.Shard.Count != count) is { File: { } odd } other)
            throw new InvalidDataException($"{odd} is share {other.Shard}, {shards[0].File} is {shards[0].Shard}: not of one division.");
        if (shards.GroupBy(shard => shard.Shard.Index).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidDataException($"Share {twice.First().Shard} is there twice: {string.Join(", ", twice.Select(shard => shard.File))}.");
        var missing = Enumerable.Range(0, count).Except(shards.Select(shard => shard.Shard.Index)).ToList();
        if (missing.Count > 0)
            throw new InvalidDataException($"{missing.Count} of {count} shares are missing: {string.Join(", ", missing.Take(10).Select(index => $"{index}/{count}"))}{(missing.Count > 10 ? ", ..." : "")}.");
    }

    /// <summary>Items of several files, each in the order of paths, in that order.</summary>
    private static IEnumerable<T> Interleave<T>(IEnumerable<string> files, Func<string, IEnumerable<T>> read, Func<T, string> path)
    {
        var next = new PriorityQueue<IEnumerator<T>, string>(StringComparer.Ordinal);
        var open = new List<IEnumerator<T>>();
        try
        {
            foreach (var file in files)
            {
                open.Add(read(file).GetEnumerator());
                Advance(open[^1]);
            }
            while (next.TryDequeue(out var cursor, out _))
            {
                yield return cursor.Current;
                Advance(cursor);
            }
        }
        finally
        {
            open.ForEach(cursor => cursor.Dispose());
        }

        void Advance(IEnumerator<T> cursor)
        {
            if (cursor.MoveNext())
                next.Enqueue(cursor, path(cursor.Current));
        }
    }
}
