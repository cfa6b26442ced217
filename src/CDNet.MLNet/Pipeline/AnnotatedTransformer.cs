using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Pipeline;

/// <summary>A wrapped transformer that adds an annotation of numbers to one of its columns, for the estimators behind it.</summary>
/// <remarks>ML.NET does not save it: the estimator behind it has read it by then.</remarks>
public abstract class AnnotatedTransformer : WrappedTransformer
{
    private readonly string _column;
    private readonly IReadOnlyDictionary<string, float[]> _annotations;

    private protected AnnotatedTransformer(ITransformer inner, string column, IReadOnlyDictionary<string, float[]> annotations)
        : base(inner)
    {
        _column = column;
        _annotations = annotations;
    }

    /// <inheritdoc />
    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Annotate(base.GetOutputSchema(inputSchema));

    /// <inheritdoc />
    public override IDataView Transform(IDataView input)
    {
        var view = base.Transform(input);
        return new View(view, Annotate(view.Schema));
    }

    private protected override IRowToRowMapper MapRows(DataViewSchema inputSchema)
    {
        var mapper = base.MapRows(inputSchema);
        return new Mapper(mapper, Annotate(mapper.OutputSchema));
    }

    private DataViewSchema Annotate(DataViewSchema schema)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in schema.Where(column => !column.IsHidden))
        {
            if (column.Name != _column)
            {
                builder.AddColumn(column.Name, column.Type, column.Annotations);
                continue;
            }
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(column.Annotations, name => !_annotations.ContainsKey(name));
            foreach (var (name, values) in _annotations)
            {
                annotations.Add(
                    name,
                    new VectorDataViewType(NumberDataViewType.Single, values.Length),
                    (ref VBuffer<float> target) => target = new VBuffer<float>(values.Length, (float[])values.Clone()));
            }
            builder.AddColumn(column.Name, column.Type, annotations.ToAnnotations());
        }
        return builder.ToSchema();
    }

    private sealed class View(IDataView inner, DataViewSchema schema) : IDataView
    {
        public bool CanShuffle => inner.CanShuffle;

        public DataViewSchema Schema => schema;

        public long? GetRowCount() => inner.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
            => new Cursor(inner.GetRowCursor(ToInner(columnsNeeded), rand), schema);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
            => [.. inner.GetRowCursorSet(ToInner(columnsNeeded), n, rand).Select(cursor => new Cursor(cursor, schema))];

        private IEnumerable<DataViewSchema.Column> ToInner(IEnumerable<DataViewSchema.Column> columns)
            => columns.Select(column => inner.Schema[column.Name]);
    }

    private sealed class Cursor(DataViewRowCursor inner, DataViewSchema schema) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => inner.GetGetter<TValue>(inner.Schema[column.Name]);

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(inner.Schema[column.Name]);

        public override bool MoveNext() => inner.MoveNext();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Mapper(IRowToRowMapper inner, DataViewSchema schema) : IRowToRowMapper
    {
        public DataViewSchema InputSchema => inner.InputSchema;

        public DataViewSchema OutputSchema => schema;

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
            => inner.GetDependencies(ToInner(dependingColumns));

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
            => new Row(inner.GetRow(input, ToInner(activeColumns)), schema);

        private IEnumerable<DataViewSchema.Column> ToInner(IEnumerable<DataViewSchema.Column> columns)
            => columns.Select(column => inner.OutputSchema[column.Name]);
    }

    private sealed class Row(DataViewRow inner, DataViewSchema schema) : DataViewRow
    {
        public override DataViewSchema Schema => schema;

        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => inner.GetGetter<TValue>(inner.Schema[column.Name]);

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(inner.Schema[column.Name]);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
