using System.Collections.Concurrent;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Threads that do pieces of work one after the other, always the same ones.</summary>
/// <remarks>
/// The threads of .NET's pool come and go. What each keeps for itself (buffers of the array pool, an arena of the C library's allocator) would make the memory grow with the time that a
/// scoring takes.
/// </remarks>
internal sealed class WorkerThreads : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> _waiting = [];
    private readonly Thread[] _threads;

    public WorkerThreads(int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(Work) { IsBackground = true, Name = $"cdnet worker {i}" })];
        Factory = new TaskFactory(CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskContinuationOptions.None, this);
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Starts pieces of work on these threads.</summary>
    public TaskFactory Factory { get; }

    public override int MaximumConcurrencyLevel => _threads.Length;

    protected override void QueueTask(Task task) => _waiting.Add(task);

    // What waits for a piece of work does not do it itself: it runs on one of these threads or not at all.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _waiting;

    private void Work()
    {
        foreach (var task in _waiting.GetConsumingEnumerable())
            TryExecuteTask(task);
    }

    /// <summary>Ends the threads when they have done what waits.</summary>
    public void Dispose() => _waiting.CompleteAdding();
}
