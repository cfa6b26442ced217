using Microsoft.ML;

namespace CDNet.MLNet.Prepared;

/// <summary>A part file as ML.NET reads it.</summary>
internal static class PartFile
{
    /// <summary>Opens a part file.</summary>
    /// <exception cref="InvalidDataException">ML.NET cannot read it, or it has other columns.</exception>
    public static IDataView Load(string file)
    {
        PartLayout.Check(file);
        IDataView view;
        try
        {
            view = new MLContext().Data.LoadFromBinary(file);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{file}: ML.NET cannot read this part of a prepared set: {e.Message}", e);
        }
        var expected = PreparedColumns.Schema;
        if (view.Schema.Count != expected.Count || view.Schema.Any(column => column.Name != expected[column.Index].Name || !column.Type.Equals(expected[column.Index].Type)))
            throw new InvalidDataException($"{file}: the columns are not those of a prepared set: {string.Join(", ", view.Schema.Select(column => $"{column.Name} {column.Type}"))}.");
        return view;
    }
}
