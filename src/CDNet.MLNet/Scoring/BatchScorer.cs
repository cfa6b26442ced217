using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CDNet.MLNet.Data;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring.Batching;

namespace CDNet.MLNet.Scoring;

/// <summary>Scores streams of pictures and videos with a saved model: reading, detection and the network run side by side, faces go through the network in batches.</summary>
/// <remarks>
/// Verdicts come in the order of the inputs and are those of <see cref="CDNetModel.Score(IEnumerable{string}, CancellationToken)"/>, scores to 1e-5 (unless <see cref="BatchScoringOptions.Looks"/> asks for better or <see cref="BatchScoringOptions.Precision"/> for faster ones). What waits is bounded: who takes no
/// verdicts stops the reading. One bad file is one verdict with an error. Safe to use from several threads at once; they share the workers.
/// </remarks>
public sealed class BatchScorer : IDisposable
{
    private readonly CDNetModel _model;
    private readonly bool _ownsModel;
    private readonly BatchScoringOptions _options;
    private readonly PictureCropper _cropper;
    private readonly IFaceScorer _scorer;
    private readonly WorkerThreads _workers;
    private readonly CancellationTokenSource _disposed = new();
    private readonly CountdownEvent _running = new(1);

    /// <summary>Creates a scorer of a loaded model.</summary>
    /// <param name="model">The model; it must live as long as the scorer, and stays the caller's.</param>
    /// <param name="options">Batches, workers, device; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">What the model needs for 8 bits belongs to another network.</exception>
    /// <exception cref="InvalidOperationException">The device cannot be used, or the model was not made ready for the precision.</exception>
    public BatchScorer(CDNetModel model, BatchScoringOptions? options = null)
        : this(model, options, ownsModel: false)
    {
    }

    private BatchScorer(CDNetModel model, BatchScoringOptions? options, bool ownsModel)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _ownsModel, _options) = (model, ownsModel, options ?? new BatchScoringOptions());
        _options.Validate();
        _cropper = new PictureCropper(model.Detector, model.CropOptions, _options.Scoring, _options.Looks);
        var scorer = model.CreateScorer(threads: 1, _options.GpuDeviceId, _options.FallbackToCpu, _options.Precision);
        _scorer = _options.Looks > 1 ? new LooksFaceScorer(scorer) : scorer;
        _workers = new WorkerThreads(_options.Workers);
    }

    /// <summary>The model that scores.</summary>
    public CDNetModel Model => _model;

    /// <summary>Loads a model zip to score with; the scorer disposes of it.</summary>
    /// <param name="path">The file that <c>mlContext.Model.Save</c> or <c>cdnet train</c> wrote.</param>
    /// <param name="options">Batches, workers, device; the defaults where null.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model that finds faces, or a damaged one.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The device cannot be used, or the model was not made ready for the precision.</exception>
    public static BatchScorer Load(string path, BatchScoringOptions? options = null) => Owning(CDNetModel.Load(path), options);

    /// <summary>Loads the model that comes with the library; the scorer disposes of it.</summary>
    /// <param name="options">Batches, workers, device; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The device cannot be used, or the model was not made ready for the precision.</exception>
    public static BatchScorer LoadDefault(BatchScoringOptions? options = null) => Owning(CDNetModel.LoadDefault(), options);

    /// <summary>Scores every face of files.</summary>
    /// <param name="paths">Pictures and videos.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    /// <returns>A verdict for each face, in the order of the files and their frames and by falling confidence; one for a picture or a frame without a face, one for a file that failed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The scorer was disposed of.</exception>
    public IAsyncEnumerable<FaceVerdict> ScoreAsync(IEnumerable<string> paths, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return ScoreAsync(paths.Select(path => new ScoringInput(path)).ToAsyncEnumerable(), cancellation);
    }

    /// <summary>Scores every face of files and of pictures in memory, as they arrive.</summary>
    /// <param name="inputs">The stream; faces wait for a full batch only as long as there is more to read at once.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    /// <returns>As for files.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The scorer was disposed of.</exception>
    public IAsyncEnumerable<FaceVerdict> ScoreAsync(IAsyncEnumerable<ScoringInput> inputs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return RunAsync(ended => inputs.SelectMany(input => _cropper.Work(input, ended)), cancellation);
    }

    /// <summary>Scores the rows of a prepared set: the most confident face of each picture or frame, in the order of the set.</summary>
    /// <param name="set">The set; its faces were found and cut out as the model does it.</param>
    /// <param name="split">The split, where the data is split; null for all rows.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    /// <exception cref="ArgumentException">The scorer looks at each face more than once, for which it needs the pictures.</exception>
    /// <exception cref="InvalidDataException">The set was made with another detector or other crop options, or has no such split.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The scorer was disposed of.</exception>
    public IAsyncEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> ScoreAsync(PreparedSet set, string? split = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (_options.Looks > 1)
            throw new ArgumentException($"{nameof(BatchScoringOptions.Looks)} is {_options.Looks}: the faces of a prepared set are cut out already, once each. Take 1, or score the pictures.", nameof(set));
        set.RequireCropsOf(_model.CropOptions);
        var rows = split is null ? set.Load() : set.Load(split);
        // Verdicts come in the order of the rows, one each.
        var waiting = new ConcurrentQueue<LabeledPicture>();
        IEnumerable<Func<CroppedPicture>> Crops()
        {
            foreach (var row in PreparedCrops.Read(rows))
            {
                waiting.Enqueue(row.Picture);
                yield return row.Work;
            }
        }
        return RunAsync(_ => Crops().ToAsyncEnumerable(), cancellation)
            .Select(verdict => (waiting.TryDequeue(out var picture) ? picture : throw new InvalidOperationException($"{verdict.Path}: a verdict without a row."), verdict));
    }

    private async IAsyncEnumerable<FaceVerdict> RunAsync(Func<CancellationToken, IAsyncEnumerable<Func<CroppedPicture>>> crops, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested || !_running.TryAddCount(), this);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _disposed.Token);
        // Pictures wait cropped for no more than the workers.
        var run = new ScoringRun(_scorer, _options.BatchSize, 2 * _options.Workers, _workers.Factory);
        var work = run.Start(crops(ended.Token), ended.Token).ContinueWith(_ => _running.Signal(), TaskScheduler.Default);
        try
        {
            await foreach (var verdict in run.Verdicts(_model, ended.Token).ConfigureAwait(false))
                yield return verdict;
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(false);
        }
    }

    /// <summary>Ends what is running, waits for it and frees the sessions. An enumeration that goes on afterwards ends with an <see cref="OperationCanceledException"/>.</summary>
    public void Dispose()
    {
        if (_disposed.IsCancellationRequested)
            return;
        _disposed.Cancel();
        _running.Signal();
        _running.Wait();
        _workers.Dispose();
        _scorer.Dispose();
        if (_ownsModel)
            _model.Dispose();
    }

    private static BatchScorer Owning(CDNetModel model, BatchScoringOptions? options)
    {
        try
        {
            return new BatchScorer(model, options, ownsModel: true);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
