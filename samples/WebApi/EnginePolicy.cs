using CDNet.MLNet.Scoring;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

/// <summary>Makes prediction engines that share one loaded model. An engine serves one request at a time, so a pool keeps as many as are needed at once.</summary>
public sealed class EnginePolicy : PooledObjectPolicy<PredictionEngine<ModelInput, ModelOutput>>, IDisposable
{
    private readonly MLContext _context = new();
    private readonly ITransformer _model;

    /// <param name="zip">A model zip; null for the model that comes with CDNet.MLNet.</param>
    public EnginePolicy(string? zip)
    {
        using var stream = zip is null ? CDNetModel.OpenDefault() : File.OpenRead(zip);
        _model = _context.Model.Load(stream, out _);
    }

    public override PredictionEngine<ModelInput, ModelOutput> Create()
        => _context.Model.CreatePredictionEngine<ModelInput, ModelOutput>(_model, new PredictionEngineOptions { OwnsTransformer = false });

    public override bool Return(PredictionEngine<ModelInput, ModelOutput> engine) => true;

    public void Dispose() => (_model as IDisposable)?.Dispose();
}
