using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Cluster;

/// <summary>Reads features and labels of ML.NET data row by row.</summary>
internal static class LabeledFeatures
{
    /// <summary>The class means of the rows that have both features and a label.</summary>
    /// <exception cref="ArgumentException">The label column is missing or has another type.</exception>
    /// <exception cref="InvalidOperationException">A class has no such row; the message counts what was left out.</exception>
    public static ClusterCentres Means(IDataView data, DataViewSchema.Column features, string labelColumn)
    {
        var label = data.Schema.Require(labelColumn, nameof(ClusterDecisionTrainer));
        var means = new ClassMeans();
        var (withoutFeatures, withoutLabel) = (0L, 0L);
        using var cursor = data.GetRowCursor([features, label]);
        var getFeatures = cursor.GetGetter<VBuffer<float>>(features);
        var getLabel = LabelReader.For(cursor, label);
        VBuffer<float> row = default;
        while (cursor.MoveNext())
        {
            getFeatures(ref row);
            if (getLabel() is not { } isFake)
                withoutLabel++;
            else if (!AllFinite(row))
                withoutFeatures++;
            else
                means.Add([.. row.DenseValues()], isFake);
        }
        try
        {
            return means.ToCentres();
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException(
                $"{e.Message} Left out: {withoutFeatures} rows whose features are not numbers (no face) and {withoutLabel} rows without a label.", e);
        }
    }

    private static bool AllFinite(VBuffer<float> row)
    {
        foreach (var value in row.GetValues())
        {
            if (!float.IsFinite(value))
                return false;
        }
        return true;
    }
}
