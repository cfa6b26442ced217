using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Pipeline;

/// <summary>A typed transformer around a chain of ML.NET's own transformers, which do all the work and are what is saved.</summary>
/// <remarks>
/// ML.NET keeps the machinery for saving and loading internal, so a model must consist of its own parts. After loading, these wrappers are
/// gone and the chain alone is left; it behaves the same to the last bit.
/// </remarks>
public abstract class WrappedTransformer : ITransformer, IDisposable
{
    /// <summary>Wraps a chain.</summary>
    private protected WrappedTransformer(ITransformer inner) => Inner = inner;

    bool ITransformer.IsRowToRowMapper => Inner.IsRowToRowMapper;

    internal ITransformer Inner { get; }

    /// <inheritdoc />
    public virtual DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ImageColumnType.Register(inputSchema);
        return Inner.GetOutputSchema(inputSchema);
    }

    /// <inheritdoc />
    public virtual IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumnType.Register(input.Schema);
        return Inner.Transform(input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MapRows(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)Inner).Save(ctx);

    /// <summary>Frees the ONNX Runtime sessions of the chain.</summary>
    public void Dispose()
    {
        (Inner as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected virtual IRowToRowMapper MapRows(DataViewSchema inputSchema)
    {
        ImageColumnType.Register(inputSchema);
        return Inner.GetRowToRowMapper(inputSchema);
    }
}
