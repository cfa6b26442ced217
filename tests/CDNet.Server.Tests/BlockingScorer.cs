using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;
using CDNet.Server.Limits;

namespace CDNet.Server.Tests;

/// <summary>A scorer that works until it is told to go on: each picture has no face.</summary>
internal sealed class BlockingScorer : IPictureScorer
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private int _most;
    private int _cancelled;

    public int Running => _running;

    /// <summary>Most that ran at once.</summary>
    public int Most => _most;

    public int Cancelled => _cancelled;

    public void GoOn() => _go.TrySetResult();

    public async Task<IReadOnlyList<IReadOnlyList<FaceVerdict>>> ScoreAsync(IReadOnlyList<ScoringInput> pictures, CancellationToken cancellation)
    {
        _most = Math.Max(_most, Interlocked.Increment(ref _running));
        try
        {
            await _go.Task.WaitAsync(cancellation);
            return [.. pictures.Select(picture => new[] { FaceVerdict.NoFace(picture.Name) })];
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cancelled);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public Task<IReadOnlyList<FaceEvidence>> ExplainAsync(ScoringInput picture, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<FaceEvidence>>([]);

    public void Dispose() => GoOn();
}
