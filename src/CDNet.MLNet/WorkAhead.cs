namespace CDNet.MLNet;

/// <summary>Does pieces of work on all processors and gives what comes of them in order.</summary>
internal static class WorkAhead
{
    /// <summary>Does the work; no more pieces are begun or wait to be taken than there are processors.</summary>
    /// <param name="works">The pieces; one that was taken from here is done in any case, because it may hold what it disposes of.</param>
    /// <param name="cancellation">Ends the enumeration.</param>
    /// <returns>What comes of each; who stops early waits for those that are begun.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IEnumerable<T> Run<T>(IEnumerable<Func<T>> works, CancellationToken cancellation)
    {
        var ahead = new Queue<Task<T>>();
        try
        {
            foreach (var work in works)
            {
                // Started also where the token is cancelled by now.
                ahead.Enqueue(Task.Run(work, CancellationToken.None));
                cancellation.ThrowIfCancellationRequested();
                if (ahead.Count >= Environment.ProcessorCount)
                    yield return ahead.Dequeue().GetAwaiter().GetResult();
            }
            while (ahead.TryDequeue(out var rest))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return rest.GetAwaiter().GetResult();
            }
        }
        finally
        {
            Task.WhenAll(ahead.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }
    }
}
