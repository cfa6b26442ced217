using CDNet.MLNet.Networks;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Sam;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Torch.Training;

/// <summary>The columns that a fit reads, checked once.</summary>
internal sealed record SamColumns(
    DataViewSchema.Column[] Crops, DataViewSchema.Column[] Amplitudes, DataViewSchema.Column Label,
    DataViewSchema.Column? Group, DataViewSchema.Column? Validation, CropSizes Sizes)
{
    /// <summary>All of them.</summary>
    public IEnumerable<DataViewSchema.Column> All
        => [.. Crops, .. Amplitudes, Label, .. Group is { } group ? [group] : Array.Empty<DataViewSchema.Column>(), .. Validation is { } flag ? [flag] : Array.Empty<DataViewSchema.Column>()];

    /// <exception cref="ArgumentException">A column is missing or has another type.</exception>
    public static SamColumns Of(DataViewSchema schema, SamFeatureOptions options)
    {
        DataViewSchema.Column Find(string name) => schema.Require(name, nameof(SamFeatureEstimator));
        var crops = FaceColumns.Crops.Select(Find).ToArray();
        var amplitudes = FaceColumns.Amplitudes.Select(Find).ToArray();
        foreach (var column in amplitudes)
        {
            if (column.Type is not VectorDataViewType { Size: SamSpec.Amplitudes } vector || vector.ItemType != NumberDataViewType.Single)
                throw new ArgumentException($"The column {column.Name} is {column.Type}; SamFeatures needs float vectors of {SamSpec.Amplitudes}.", nameof(schema));
        }
        var partSides = crops[1..].Select(SideOf).Distinct().ToArray();
        if (partSides.Length != 1)
            throw new ArgumentException($"The part crops have sides of {string.Join(", ", partSides)} pixels; they share a network and must be of one size.", nameof(schema));
        var validation = options.ValidationColumnName is { } flag ? Find(flag) : (DataViewSchema.Column?)null;
        if (validation is { Type: not BooleanDataViewType } wrong)
            throw new ArgumentException($"The validation column {wrong.Name} is {wrong.Type}; expected Boolean.", nameof(schema));
        return new SamColumns(
            crops, amplitudes, Find(options.LabelColumnName),
            options.SamplingKeyColumnName is { } key ? Find(key) : null, validation, new CropSizes(SideOf(crops[0]), partSides[0]));
    }

    /// <summary>Sizes of the scoring model's inputs.</summary>
    public static FeatureSignature Signature(CropSizes sizes) => new(sizes.FaceSide, sizes.PartSide);

    private static int SideOf(DataViewSchema.Column column)
        => column.Type is VectorDataViewType { ItemType: NumberDataViewType item, Dimensions: [3, var height, var width] }
            && item == NumberDataViewType.Byte && height == width && height >= BackboneSpec.MinSide
            ? height
            : throw new ArgumentException(
                $"The column {column.Name} is {column.Type}; SamFeatures needs bytes of the shape [3,side,side] with a side of at least {BackboneSpec.MinSide}.", nameof(column));
}
