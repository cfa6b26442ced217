using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Torch.Training;

/// <summary>Reads the training data once, on all processors where the data allows it, into a cache.</summary>
internal sealed class CropCacheFiller
{
    private readonly CropCache _cache;
    private readonly SamColumns _columns;
    private readonly SamFeatureOptions _options;
    private readonly long? _rowCount;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _rows;
    private long _withoutFace;
    private long _withoutLabel;

    private CropCacheFiller(CropCache cache, SamColumns columns, SamFeatureOptions options, long? rowCount)
        => (_cache, _columns, _options, _rowCount) = (cache, columns, options, rowCount);

    /// <summary>Fills the cache.</summary>
    /// <returns>How many rows were left out, and why.</returns>
    public static (long WithoutFace, long WithoutLabel) Fill(CropCache cache, IDataView input, SamColumns columns, SamFeatureOptions options)
    {
        var filler = new CropCacheFiller(cache, columns, options, input.GetRowCount());
        var cursors = input.GetRowCursorSet(columns.All, Environment.ProcessorCount);
        try
        {
            if (cursors.Length == 1)
                filler.Read(cursors[0]);
            else
                Task.WaitAll([.. cursors.Select(cursor => Task.Factory.StartNew(() => filler.Read(cursor), TaskCreationOptions.LongRunning))]);
        }
        catch (AggregateException e)
        {
            // One reason is enough; a cancellation stops the other cursors too.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
        finally
        {
            foreach (var cursor in cursors)
                cursor.Dispose();
        }
        cache.Seal();
        return (filler._withoutFace, filler._withoutLabel);
    }

    private void Read(DataViewRowCursor cursor)
    {
        var row = new byte[_cache.Sizes.RowBytes];
        Action<byte[]>[] readers = [.. Readers(cursor)];
        var label = LabelReader.For(cursor, _columns.Label);
        var group = GroupOf(cursor);
        var flag = _columns.Validation is { } column ? LabelReader.For(cursor, column) : static () => null;
        var face = _cache.Sizes.FaceBytes;
        var (batch, withinBatch) = (-1L, 0L);
        while (cursor.MoveNext())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            // Rows of one batch come to one cursor in order: batch and place within it restore the order of the data.
            withinBatch = cursor.Batch == batch ? withinBatch + 1 : 0;
            batch = cursor.Batch;
            if (label() is not { } isFake)
            {
                Interlocked.Increment(ref _withoutLabel);
            }
            else
            {
                foreach (var read in readers)
                    read(row);
                if (row.AsSpan(0, face).ContainsAnyExcept((byte)0))
                    _cache.Add(Order(batch, withinBatch), new CachedRow(isFake, group(), flag()), row);
                else
                    Interlocked.Increment(ref _withoutFace);
            }
            Report(Interlocked.Increment(ref _rows));
        }
    }

    private static long Order(long batch, long withinBatch) => checked((batch << 32) + withinBatch);

    private IEnumerable<Action<byte[]>> Readers(DataViewRowCursor cursor)
    {
        var start = 0;
        foreach (var (index, column) in _columns.Crops.Index())
        {
            var bytes = index == 0 ? _cache.Sizes.FaceBytes : _cache.Sizes.PartBytes;
            yield return Reader<byte>(cursor, column, start, bytes);
            start += bytes;
        }
        foreach (var column in _columns.Amplitudes)
        {
            yield return Reader<float>(cursor, column, start, SamSpec.Amplitudes);
            start += SamSpec.Amplitudes * sizeof(float);
        }
    }

    private static Action<byte[]> Reader<T>(DataViewRowCursor cursor, DataViewSchema.Column column, int start, int count)
        where T : struct
    {
        var getter = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return row =>
        {
            getter(ref value);
            value.CopyTo(MemoryMarshal.Cast<byte, T>(row.AsSpan(start))[..count]);
        };
    }

    /// <summary>A number for the row's source; a row of its own where no column was named.</summary>
    private Func<ulong> GroupOf(DataViewRowCursor cursor)
    {
        if (_columns.Group is not { } column)
        {
            var getId = cursor.GetIdGetter();
            return () =>
            {
                DataViewRowId id = default;
                getId(ref id);
                return id.Low ^ (id.High * 0x9E3779B97F4A7C15);
            };
        }
        if (column.Type is TextDataViewType)
        {
            var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
            return () =>
            {
                ReadOnlyMemory<char> text = default;
                getter(ref text);
                return XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString()));
            };
        }
        if (column.Type is KeyDataViewType && column.Type.RawType == typeof(uint))
        {
            var getter = cursor.GetGetter<uint>(column);
            return () =>
            {
                var key = 0u;
                getter(ref key);
                return key;
            };
        }
        throw new ArgumentException($"The sampling key column {column.Name} is {column.Type}; expected text or a key.");
    }

    private void Report(long rows)
    {
        if (_options.Progress is not { } progress)
            return;
        var seconds = Math.Max(_watch.Elapsed.TotalSeconds, 1e-3);
        var share = _rowCount is > 0 and var total ? (double)rows / total : double.NaN;
        TimeSpan? left = share > 0 ? TimeSpan.FromSeconds(seconds * (1 - share) / share) : null;
        progress.Report(new TrainingProgress(TrainingPhase.Preparing, 0, share, rows, double.NaN, double.NaN, rows / seconds, left));
    }
}
