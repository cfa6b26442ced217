using System.Threading.RateLimiting;

namespace CDNet.Server.Limits;

/// <summary>Lets in no more requests than can be worked on and may wait, and works on no more than can be worked on at once.</summary>
/// <remarks>Two steps, so that one who sends slowly takes a place in the room, but no worker.</remarks>
internal sealed class WorkQueue(int workers, int waiting) : IDisposable
{
    private readonly ConcurrencyLimiter _room = new(new ConcurrencyLimiterOptions { PermitLimit = workers + waiting, QueueLimit = 0 });

    private readonly ConcurrencyLimiter _work = new(
        new ConcurrencyLimiterOptions { PermitLimit = workers, QueueLimit = workers + waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    /// <summary>Requests in the room, those in work among them.</summary>
    public int Inside => workers + waiting - (int)_room.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Requests in work.</summary>
    public int InWork => workers - (int)_work.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>A place in the room, given back when it is disposed of; null where the room is full.</summary>
    public IDisposable? TryEnter()
    {
        var lease = _room.AttemptAcquire();
        if (lease.IsAcquired)
            return lease;
        lease.Dispose();
        return null;
    }

    /// <summary>Waits for a worker, in the order of asking; given back when it is disposed of.</summary>
    public async ValueTask<IDisposable> WaitForWorkerAsync(CancellationToken cancellation)
    {
        var lease = await _work.AcquireAsync(1, cancellation).ConfigureAwait(false);
        return lease.IsAcquired ? lease : throw new InvalidOperationException("More requests wait for work than were let in.");
    }

    public void Dispose()
    {
        _room.Dispose();
        _work.Dispose();
    }
}
