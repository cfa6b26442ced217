using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Pipeline;

/// <summary>Builds a chain of ML.NET's own transformers that need a schema but no data to fit.</summary>
internal sealed class StageChain
{
    private readonly MLContext _context = new();
    private readonly List<ITransformer> _stages = [];
    private IDataView _view;

    /// <param name="input">The data that comes in; no row of it is read.</param>
    public StageChain(IDataView input)
    {
        ImageColumnType.Register(input.Schema);
        _view = input;
    }

    /// <summary>Copies columns to new names.</summary>
    public StageChain Copy(params IEnumerable<(string To, string From)> columns)
    {
        foreach (var (to, from) in columns)
            Add(_context.Transforms.CopyColumns(to, from));
        return this;
    }

    /// <summary>Adds a mapping whose contract is exported by this assembly, so that a saved model finds it.</summary>
    public StageChain Map<TSource, TTarget>(Action<TSource, TTarget> mapping, string contract)
        where TSource : class, new()
        where TTarget : class, new()
        => Add(_context.Transforms.CustomMapping(mapping, contract));

    /// <summary>Adds an ONNX model, whose bytes become a part of what is saved.</summary>
    public StageChain Onnx(byte[] model, string[] inputs, string[] outputs, int? gpuDeviceId = null, bool fallbackToCpu = false)
        => Add(OnnxStage.Create(_view, model, inputs, outputs, gpuDeviceId, fallbackToCpu));

    /// <summary>Removes columns.</summary>
    public StageChain Drop(params string[] columns) => Add(_context.Transforms.DropColumns(columns));

    /// <summary>The chain.</summary>
    public TransformerChain<ITransformer> Build() => new([.. _stages]);

    private StageChain Add(IEstimator<ITransformer> estimator) => Add(estimator.Fit(_view));

    private StageChain Add(ITransformer stage)
    {
        _stages.Add(stage);
        _view = stage.Transform(_view);
        return this;
    }
}
