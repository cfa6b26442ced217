using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Pipeline;

/// <summary>Shapes of schemas for <c>IEstimator.GetOutputSchema</c>. ML.NET gives their columns no public constructor, so they are borrowed.</summary>
internal static class SchemaShapes
{
    private static readonly MLContext Context = new();

    private sealed class NoColumns;

    private sealed class OneColumn<T>
    {
        public T Value { get; set; } = default!;
    }

    /// <summary>A scalar column.</summary>
    public static SchemaShape.Column Scalar<T>(string name, PrimitiveDataViewType type) => Borrow<T>(name, type);

    /// <summary>A column of vectors of a known size.</summary>
    public static SchemaShape.Column Vector<T>(string name, PrimitiveDataViewType itemType, params int[] dimensions)
        => Borrow<VBuffer<T>>(name, new VectorDataViewType(itemType, dimensions));

    /// <summary>A column of pictures.</summary>
    public static SchemaShape.Column Image(string name) => Borrow<MLImage>(name, new Microsoft.ML.Transforms.Image.ImageDataViewType());

    /// <summary>A schema with columns added; those of the same name are replaced.</summary>
    public static SchemaShape With(this SchemaShape schema, params IReadOnlyCollection<SchemaShape.Column> added)
    {
        var names = added.Select(column => column.Name).ToHashSet();
        return new SchemaShape(schema.Where(column => !names.Contains(column.Name)).Concat(added));
    }

    /// <summary>A column of a schema.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that are there.</exception>
    public static SchemaShape.Column Require(this SchemaShape schema, string name, string component)
        => schema.Where(column => column.Name == name).ToArray() is [.., var last]
            ? last
            : throw Missing(name, component, schema.Select(column => column.Name));

    /// <inheritdoc cref="Require(SchemaShape, string, string)"/>
    public static DataViewSchema.Column Require(this DataViewSchema schema, string name, string component)
        => schema.GetColumnOrNull(name) ?? throw Missing(name, component, schema.Select(column => column.Name));

    /// <summary>A column of float vectors of a known size, and the size.</summary>
    /// <exception cref="ArgumentException">It is missing or has another type.</exception>
    public static (DataViewSchema.Column Column, int Size) RequireFeatures(this DataViewSchema schema, string name, string component)
    {
        var column = schema.Require(name, component);
        return column.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single
            ? (column, vector.Size)
            : throw new ArgumentException($"The column {name} is {column.Type}; {component} needs float vectors of a known size.", nameof(name));
    }

    /// <summary>The columns that every decision gives.</summary>
    public static SchemaShape.Column[] Verdict() =>
    [
        Scalar<float>(FaceColumns.Score, NumberDataViewType.Single),
        Scalar<float>(FaceColumns.Probability, NumberDataViewType.Single),
        Scalar<bool>(FaceColumns.PredictedLabel, BooleanDataViewType.Instance),
    ];

    private static ArgumentException Missing(string name, string component, IEnumerable<string> names)
        => new($"{component} needs a column {name}; the data has {string.Join(", ", names)}.", nameof(name));

    private static SchemaShape.Column Borrow<TColumn>(string name, DataViewType type)
    {
        var definition = SchemaDefinition.Create(typeof(OneColumn<TColumn>));
        definition[0].ColumnName = name;
        definition[0].ColumnType = type;
        var mapping = Context.Transforms.CustomMapping<NoColumns, OneColumn<TColumn>>(
            static (_, _) => { }, contractName: null, inputSchemaDefinition: null, outputSchemaDefinition: definition);
        return mapping.GetOutputSchema(new SchemaShape([])).Single(column => column.Name == name);
    }
}
