using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Pipeline;

/// <summary>Reads a label column: Boolean, or a number where above 0 is fake and NaN is missing.</summary>
internal static class LabelReader
{
    /// <returns>A function that gives the label of the cursor's row: true for fake, null where it is missing.</returns>
    /// <exception cref="ArgumentException">The column has another type.</exception>
    public static Func<bool?> For(DataViewRow cursor, DataViewSchema.Column column)
    {
        if (column.Type is BooleanDataViewType)
        {
            var getter = cursor.GetGetter<bool>(column);
            return () =>
            {
                var value = false;
                getter(ref value);
                return value;
            };
        }
        if (column.Type == NumberDataViewType.Single)
        {
            var getter = cursor.GetGetter<float>(column);
            return () =>
            {
                var value = 0f;
                getter(ref value);
                return float.IsNaN(value) ? null : value > 0;
            };
        }
        throw new ArgumentException($"The label column {column.Name} is {column.Type}; expected Boolean, true for fake.", nameof(column));
    }
}
