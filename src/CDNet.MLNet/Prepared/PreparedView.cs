using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Prepared;

/// <summary>The rows of several part files one after the other, all of them or those that are marked.</summary>
/// <param name="parts">The files with how many rows they have.</param>
/// <param name="marked">Which rows, counted over all files; null for all.</param>
internal sealed class PreparedView(IReadOnlyList<(string File, long Rows)> parts, BitArray? marked) : IDataView
{
    private readonly long _rows = marked?.Cast<bool>().LongCount(isMarked => isMarked) ?? parts.Sum(part => part.Rows);

    public bool CanShuffle => false;

    public DataViewSchema Schema => PreparedColumns.Schema;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(parts, marked, columnsNeeded.Select(column => column.Index).ToHashSet());

    // ML.NET splits the rows between threads itself where a mapping asks for it.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(IReadOnlyList<(string File, long Rows)> parts, BitArray? marked, HashSet<int> active) : DataViewRowCursor
    {
        // Each getter that was handed out reads from the file at hand; these point it to the next one.
        private readonly List<Action<DataViewRowCursor>> _rebind = [];
        private IDataView? _part;
        private DataViewRowCursor? _rows;
        private int _nextPart;
        private long _row = -1;
        private long _position = -1;

        public override DataViewSchema Schema => PreparedColumns.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"The column {column.Name} was not asked for.");
            ValueGetter<TValue>? current = null;
            void Bind(DataViewRowCursor rows) => current = rows.GetGetter<TValue>(rows.Schema[column.Index]);
            _rebind.Add(Bind);
            if (_rows is not null)
                Bind(_rows);
            return (ref TValue value) =>
            {
                try
                {
                    (current ?? throw new InvalidOperationException("The cursor is not on a row."))(ref value);
                }
                catch (Exception e) when (_rows is not null && e is not OutOfMemoryException)
                {
                    throw Damaged(e);
                }
            };
        }

        public override bool MoveNext()
        {
            while (true)
            {
                if (_rows is null && !OpenNext())
                    return false;
                while (Advance())
                {
                    _row++;
                    if (marked is not null && (_row >= marked.Count || !marked[(int)_row]))
                        continue;
                    _position++;
                    return true;
                }
                if (Close() is { } failure)
                    throw Damaged(failure);
            }
        }

        private bool Advance()
        {
            try
            {
                return _rows!.MoveNext();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw Damaged(e);
            }
        }

        // ML.NET reads the blocks on threads of its own, and throws whatever their bytes lead to.
        private InvalidDataException Damaged(Exception e)
            => new($"{parts[_nextPart - 1].File}: the part of the prepared set is damaged: {(e.InnerException ?? e).Message} Prepare it again.", e);

        private bool OpenNext()
        {
            if (_nextPart == parts.Count)
                return false;
            var (file, rows) = parts[_nextPart++];
            _part = PartFile.Load(file);
            if (_part.GetRowCount() is { } count && count != rows)
                throw new InvalidDataException($"{file}: {count:N0} rows where its record says {rows:N0}. Prepare it again.");
            _rows = _part.GetRowCursor(_part.Schema.Where(column => active.Contains(column.Index)));
            foreach (var bind in _rebind)
                bind(_rows);
            return true;
        }

        /// <summary>Closes the part that is open.</summary>
        /// <returns>What ML.NET's threads met with before they were told to end, and nobody has heard of yet; null for nothing.</returns>
        private Exception? Close()
        {
            using var part = _part as IDisposable;
            var rows = _rows;
            (_part, _rows) = (null, null);
            try
            {
                rows?.Dispose();
                return null;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                return e;
            }
        }

        protected override void Dispose(bool disposing)
        {
            // Who stops does not ask for what would have come; an error that is on its way must not be replaced.
            if (disposing)
                _ = Close();
            base.Dispose(disposing);
        }
    }
}
