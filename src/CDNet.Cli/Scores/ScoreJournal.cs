using System.Text;
using System.Text.Json;
using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Scores;

/// <summary>A file, its rows, and what was said of it as a video.</summary>
internal sealed record ScoredFile(string Path, IReadOnlyList<ScoreRow> Rows, VideoRow? Video);

/// <summary>What was scored so far, a line a file in <c>FILE.journal</c>: a run that was stopped at any moment goes on there, and only a whole result gets the name FILE.</summary>
internal sealed class ScoreJournal : IDisposable
{
    /// <summary>Most bytes of the line of a file: 256 MiB, which is a video of a million faces.</summary>
    public const long MaxLineBytes = 256L << 20;

    private readonly string _output;
    private readonly ScoreRun _run;
    private readonly FileStream _stream;

    // Where the line of each file begins.
    private readonly SortedDictionary<string, long> _places = new(StringComparer.Ordinal);

    private bool _hasVideos;

    private ScoreJournal(string output, ScoreRun run, FileStream stream) => (_output, _run, _stream) = (output, run, stream);

    /// <summary>Files that are done.</summary>
    public int Count => _places.Count;

    /// <summary>Begins a result, or goes on with one.</summary>
    /// <param name="output">The score file to be.</param>
    /// <param name="run">What makes it.</param>
    /// <param name="isResumed">Whether to go on where an earlier run of the same model stopped, or to add to the result of a finished one.</param>
    /// <exception cref="InvalidDataException">What is there was made by another model or with other options, is damaged, or was not asked for.</exception>
    /// <exception cref="IOException">The file cannot be written, or another process writes it.</exception>
    public static ScoreJournal Open(string output, ScoreRun run, bool isResumed)
    {
        var path = NameOf(output);
        if (File.Exists(path) && !isResumed)
            throw new InvalidDataException($"{path}: an unfinished result. Go on with --resume, or remove the file to begin anew.");
        if (isResumed && !File.Exists(path) && File.Exists(output))
            return Continue(output, run);
        // Without a buffer, which Dispose would try to write once more after a write that failed, and say so without the name.
        var journal = new ScoreJournal(output, run, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        try
        {
            if (journal._stream.Length == 0)
                journal.Write(run.ToLine());
            else
                journal.ReadBack();
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file is done.</summary>
    public bool Has(string path) => _places.ContainsKey(path);

    /// <summary>Adds a file that is done; when this returns, killing the process does not lose it.</summary>
    public void Add(ScoredFile file)
    {
        _places[file.Path] = _stream.Length;
        _hasVideos |= file.Video is not null;
        Write(JsonSerializer.Serialize(file));
    }

    /// <summary>All that is done, by path.</summary>
    public IEnumerable<ScoredFile> Read()
    {
        foreach (var place in _places.Values)
            yield return JsonSerializer.Deserialize<ScoredFile>(LineAt(place)) ?? throw new InvalidDataException($"{NameOf(_output)}: damaged at byte {place}.");
    }

    /// <summary>Writes the result, and removes the journal.</summary>
    public void Finish()
    {
        var format = RowFormat.Of(_output);
        var rows = 0L;
        WholeFile.Write(_output, partial => format.Write(partial, Read().SelectMany(file => file.Rows).Select(row =>
        {
            rows++;
            return row;
        })));
        if (_hasVideos)
            WholeFile.Write(ScoreRun.VideosName(_output), partial => format.Write(partial, Read().Select(file => file.Video).OfType<VideoRow>()));
        (_run with { Files = Count, Rows = rows }).WriteFor(_output);
        _stream.Dispose();
        File.Delete(NameOf(_output));
    }

    public void Dispose() => _stream.Dispose();

    private static string NameOf(string output) => output + ".journal";

    /// <summary>Begins with what a finished result has.</summary>
    private static ScoreJournal Continue(string output, ScoreRun run)
    {
        var finished = ScoreRun.ReadFor(output);
        Require(output, finished, run);
        finished.Verify(output);
        var (format, videosName) = (RowFormat.Of(output), ScoreRun.VideosName(output));
        var videos = File.Exists(videosName) ? format.Read<VideoRow>(videosName).ToDictionary(video => video.Path) : [];
        // Under another name until it has all: half of it would look like a run that was stopped.
        WholeFile.Write(NameOf(output), partial =>
        {
            using var copy = new ScoreJournal(output, run, new FileStream(partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            copy.Write(run.ToLine());
            foreach (var rows in ScoreMerger.ByFile(format.Read<ScoreRow>(output)))
                copy.Add(new ScoredFile(rows[0].Path, rows, videos.GetValueOrDefault(rows[0].Path)));
        });
        return Open(output, run, isResumed: true);
    }

    private static void Require(string path, ScoreRun found, ScoreRun run)
    {
        if (run.DifferenceFrom(found) is { } difference)
            throw new InvalidDataException($"{path} was made with {difference}; --resume goes on with the same only.");
        if (run.Shard != found.Shard)
            throw new InvalidDataException($"{path} is share {found.Shard} and not {run.Shard}.");
    }

    private void ReadBack()
    {
        var first = LineAt(0);
        try
        {
            Require(NameOf(_output), ScoreRun.Parse(first), _run);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{NameOf(_output)}: no journal of scores, or a damaged one: {e.Message}", e);
        }
        var end = (long)Encoding.UTF8.GetByteCount(first) + 1;
        foreach (var line in LinesFrom(end))
        {
            // The last line may be half of one.
            if (!line.IsWhole)
                break;
            try
            {
                var file = JsonSerializer.Deserialize<ScoredFile>(line.Text)!;
                if (file.Rows is null || file.Rows.Any(row => row?.Path is null) || file.Video is { Path: null })
                    throw new JsonException("a file without its rows.");
                _places[file.Path] = end;
                _hasVideos |= file.Video is not null;
            }
            catch (Exception e) when (e is JsonException or NullReferenceException or ArgumentNullException)
            {
                throw new InvalidDataException($"{NameOf(_output)}: damaged at byte {end}: {e.Message} Remove the file to begin anew.", e);
            }
            end += line.Bytes;
        }
        _stream.SetLength(end);
    }

    private IEnumerable<(string Text, long Bytes, bool IsWhole)> LinesFrom(long place)
    {
        for (var bytes = BytesAt(place); bytes.Length > 0; bytes = BytesAt(place))
        {
            var isWhole = bytes[^1] == '\n';
            yield return (Encoding.UTF8.GetString(bytes), bytes.Length, isWhole);
            place += bytes.Length;
        }
    }

    private string LineAt(long place) => Encoding.UTF8.GetString(BytesAt(place)).TrimEnd('\n');

    private byte[] BytesAt(long place)
    {
        _stream.Position = place;
        using var line = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (var read = _stream.Read(buffer); read > 0; read = _stream.Read(buffer))
        {
            var end = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            line.Write(buffer, 0, end >= 0 ? end + 1 : read);
            if (line.Length > MaxLineBytes)
                throw new InvalidDataException($"{NameOf(_output)}: damaged at byte {place}: a line of more than {MaxLineBytes:N0} bytes. Remove the file to begin anew.");
            if (end >= 0)
                break;
        }
        return line.ToArray();
    }

    private void Write(string line)
    {
        try
        {
            _stream.Position = _stream.Length;
            _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
            _stream.Flush();
        }
        catch (Exception e) when (DiskFault.Find(e) is { } fault)
        {
            throw DiskFault.Naming(NameOf(_output), fault);
        }
    }
}
