using Microsoft.ML;

namespace CDNet.MLNet.Scoring;

/// <summary>Rows of an ML.NET cursor until a token ends them: also where ML.NET has read all rows ahead, and with the exception that says so.</summary>
internal sealed class CancellableCursor(DataViewRowCursor cursor, CancellationToken cancellation) : IDisposable
{
    public DataViewRowCursor Row => cursor;

    /// <summary>Goes to the next row.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool MoveNext()
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return cursor.MoveNext();
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // ML.NET wraps what its reading thread threw.
            throw new OperationCanceledException(cancellation);
        }
    }

    public void Dispose()
    {
        try
        {
            cursor.Dispose();
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // The reading thread was cancelled too, and its wrapped exception would hide the one that says so.
        }
    }
}
