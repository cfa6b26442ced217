using System.Security.Cryptography;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Prepared;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.TestSupport;

/// <summary>The rows of prepared sets as text, so that two sets can be compared.</summary>
public static class PreparedRows
{
    /// <summary>One line a row: every column, the crops by their hash.</summary>
    public static string[] Of(string folder) => Of(PreparedSet.Open(folder).Load());

    /// <inheritdoc cref="Of(string)"/>
    public static string[] Of(IDataView rows)
    {
        var lines = new List<string>();
        using var cursor = rows.GetRowCursor(rows.Schema);
        Func<string>[] columns = [.. rows.Schema.Select(column => Reader(cursor, column))];
        while (cursor.MoveNext())
            lines.Add(string.Join('|', columns.Select(column => column())));
        return [.. lines];
    }

    /// <summary>The crops of every row behind DecodeCrops, the five of a row one after the other.</summary>
    public static byte[][] Crops(IDataView rows)
    {
        var decoded = new MLContext().Transforms.DecodeCrops().Fit(rows).Transform(rows);
        return [.. CropsOf(decoded)];
    }

    /// <summary>The crops of every row of data that has crop columns.</summary>
    public static IEnumerable<byte[]> CropsOf(IDataView data)
    {
        using var cursor = data.GetRowCursor(FaceColumns.Crops.Select(name => data.Schema[name]));
        ValueGetter<VBuffer<byte>>[] getters = [.. FaceColumns.Crops.Select(name => cursor.GetGetter<VBuffer<byte>>(data.Schema[name]))];
        VBuffer<byte> value = default;
        while (cursor.MoveNext())
        {
            var row = new List<byte>();
            foreach (var getter in getters)
            {
                getter(ref value);
                row.AddRange(value.DenseValues());
            }
            yield return [.. row];
        }
    }

    private static Func<string> Reader(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType => Reader<ReadOnlyMemory<char>>(cursor, column, value => value.ToString()),
        BooleanDataViewType => Reader<bool>(cursor, column, value => value.ToString()),
        NumberDataViewType type when type == NumberDataViewType.Int32 => Reader<int>(cursor, column, value => $"{value}"),
        NumberDataViewType => Reader<float>(cursor, column, value => $"{value:R}"),
        VectorDataViewType { ItemType: NumberDataViewType item } when item == NumberDataViewType.Byte
            => Reader<VBuffer<byte>>(cursor, column, value => value.Length == 0 ? "-" : Convert.ToHexStringLower(SHA256.HashData([.. value.DenseValues()]))[..12]),
        _ => Reader<VBuffer<float>>(cursor, column, value => string.Join(' ', value.DenseValues().Select(number => $"{number:R}"))),
    };

    private static Func<string> Reader<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, string> toText)
    {
        var getter = cursor.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return toText(value);
        };
    }
}
