using System.Collections;

namespace CDNet.MLNet.Prepared;

/// <summary>The rows of one part file as ML.NET's writer takes them, and what is counted on the way.</summary>
/// <remarks>
/// The writer reads the data twice: first its beginning, to choose how many rows a block has, then all of it. The rows pass by once, so the first rows are kept
/// and are all that the first reading sees. That bounds the blocks at <see cref="BlockRows"/> rows, about 1 MB: writer and reader keep dozens of them.
/// </remarks>
internal sealed class PartRows(IReadOnlyList<SourceUnit> units, IEnumerator<UnitEvent> events, Action<UnitEvent> progress) : IEnumerable<PreparedRow>
{
    private const int BlockRows = 8;

    private readonly List<PreparedRow> _first = [];
    private readonly List<PrepareProblem> _problems = [];
    private readonly SortedDictionary<string, long> _splits = new(StringComparer.Ordinal);
    private int _readings;
    private int _unitsDone;
    private (int Rows, int Faces) _unit;
    private (long All, long WithoutFace, long RealFaces, long FakeFaces) _rows;

    /// <summary>The record of the part; its rows have been read.</summary>
    public PartRecord ToRecord(long bytes, string sha256)
        => new(_rows.All, _rows.WithoutFace, _rows.RealFaces, _rows.FakeFaces, bytes, sha256, _splits, _problems);

    public IEnumerator<PreparedRow> GetEnumerator()
    {
        var isFirst = Interlocked.Increment(ref _readings) == 1;
        while (isFirst && _first.Count < BlockRows && Next() is { } row)
            _first.Add(row);
        foreach (var row in _first)
            yield return row;
        if (isFirst)
            yield break;
        _first.Clear();
        while (Next() is { } row)
            yield return row;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private PreparedRow? Next()
    {
        while (_unitsDone < units.Count)
        {
            if (!events.MoveNext())
                throw new InvalidOperationException($"The data ended before {units[_unitsDone].Path}.");
            var next = events.Current;
            Count(next);
            progress(next);
            if (next.Row is { } row)
                return row;
        }
        return null;
    }

    private void Count(UnitEvent next)
    {
        if (next.Row is { } row)
        {
            var hasFace = row.FaceCount > 0;
            _unit = (_unit.Rows + 1, _unit.Faces + (hasFace ? 1 : 0));
            _rows.All++;
            _rows.WithoutFace += hasFace ? 0 : 1;
            _rows.RealFaces += hasFace && !row.Label ? 1 : 0;
            _rows.FakeFaces += hasFace && row.Label ? 1 : 0;
            _splits[row.Split] = _splits.GetValueOrDefault(row.Split) + 1;
        }
        if (!next.IsEnd)
            return;
        if (ProblemOf(next) is { } problem)
            _problems.Add(problem);
        _unit = default;
        _unitsDone++;
    }

    private PrepareProblem? ProblemOf(UnitEvent end) => (end.Error, _unit) switch
    {
        ({ } error, { Rows: 0 }) => new(end.Unit.Path, PrepareProblemKind.Unreadable, error),
        ({ } error, _) => new(end.Unit.Path, PrepareProblemKind.Incomplete, $"{error} {_unit.Rows} frames are in the set."),
        (null, { Rows: 0 }) => new(end.Unit.Path, PrepareProblemKind.Unreadable, "the video has no frames"),
        (null, { Faces: 0 }) => new(end.Unit.Path, PrepareProblemKind.NoFace, end.Unit.IsVideo ? $"no face in any of {_unit.Rows} frames" : "no face"),
        _ => null,
    };
}
