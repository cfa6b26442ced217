using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>One enumeration of a <see cref="BatchScorer"/>: pictures are cropped ahead in order, their faces gathered into batches, and verdicts given in order.</summary>
/// <remarks>
/// Two bounded queues hold what waits: pictures that are being cropped, and pictures whose faces are being scored. Who takes no verdicts stops both. Cropping and scoring share the same
/// workers, each piece on one thread, so that no processor waits while there is work and none is asked for by two.
/// </remarks>
internal sealed class ScoringRun(IFaceScorer scorer, int batchSize, int ahead, TaskFactory workers)
{
    private readonly Channel<Task<CroppedPicture>> _cropped = Channel.CreateBounded<Task<CroppedPicture>>(new BoundedChannelOptions(ahead) { SingleReader = true, SingleWriter = true });
    private readonly Channel<BatchedPicture> _batched = Channel.CreateBounded<BatchedPicture>(new BoundedChannelOptions(4 * batchSize) { SingleReader = true, SingleWriter = true });
    private FaceBatch _open = new();
    private Task _cropping = Task.CompletedTask;
    private Task _scoring = Task.CompletedTask;

    /// <summary>Begins to crop and to score.</summary>
    /// <param name="crops">What makes each picture's crops, in order; begun in any case, because it disposes of its frame.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Ends when no piece of work holds the scorer or a frame any more; failures come out of <see cref="Verdicts"/>.</returns>
    public Task Start(IAsyncEnumerable<Func<CroppedPicture>> crops, CancellationToken cancellation)
    {
        var reading = Task.Run(() => ReadAsync(crops, cancellation), CancellationToken.None);
        var batching = Task.Run(() => BatchAsync(cancellation), CancellationToken.None);
        return EndAsync();

        async Task EndAsync()
        {
            await Task.WhenAll(reading, batching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAll(_cropping, _scoring).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The verdicts, in order.</summary>
    /// <param name="model">The model, which judges scores.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async IAsyncEnumerable<FaceVerdict> Verdicts(CDNetModel model, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var picture in _batched.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            if (picture.WithoutFaces is { } verdict)
                yield return verdict;
            foreach (var (face, scores, place) in picture.Faces)
            {
                var score = (await scores.WaitAsync(cancellation).ConfigureAwait(false))[place];
                yield return face.ToVerdict(score, model);
            }
        }
    }

    private async Task ReadAsync(IAsyncEnumerable<Func<CroppedPicture>> crops, CancellationToken cancellation)
    {
        Exception? failure = null;
        try
        {
            await foreach (var crop in crops.WithCancellation(cancellation).ConfigureAwait(false))
            {
                var cropping = workers.StartNew(crop, CancellationToken.None);
                // Also that which finds no room in the queue any more is waited for.
                _cropping = Task.WhenAll(_cropping, cropping);
                await _cropped.Writer.WriteAsync(cropping, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
        _cropped.Writer.Complete(failure);
    }

    private async Task BatchAsync(CancellationToken cancellation)
    {
        Exception? failure = null;
        try
        {
            do
            {
                while (_cropped.Reader.TryRead(out var cropping))
                    await AddAsync(await cropping.ConfigureAwait(false), cancellation).ConfigureAwait(false);
                // The input has nothing ready: who waits gets a score now.
                Send(cancellation);
            }
            while (await _cropped.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            failure = e;
        }
        Send(cancellation);
        _batched.Writer.Complete(failure);
    }

    private async ValueTask AddAsync(CroppedPicture picture, CancellationToken cancellation)
    {
        var faces = new List<(CroppedFace, Task<FaceScore[]>, int)>();
        foreach (var (face, crops) in picture.Faces)
        {
            faces.Add((face, _open.Scores, _open.Faces.Count));
            _open.Faces.Add(crops);
            if (_open.Faces.Count == batchSize)
                Send(cancellation);
        }
        var batched = new BatchedPicture(faces, picture.WithoutFaces);
        if (_batched.Writer.TryWrite(batched))
            return;
        // The queue is full; its first picture may wait for the open batch.
        Send(cancellation);
        await _batched.Writer.WriteAsync(batched, cancellation).ConfigureAwait(false);
    }

    /// <summary>Begins to score the open batch and opens another.</summary>
    private void Send(CancellationToken cancellation)
    {
        if (_open.Faces.Count == 0)
            return;
        var batch = _open;
        _open = new FaceBatch();
        _scoring = Task.WhenAll(_scoring, batch.Scores);
        _ = workers.StartNew(() => batch.Run(scorer, cancellation), CancellationToken.None);
    }
}
