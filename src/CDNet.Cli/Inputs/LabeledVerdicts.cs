using CDNet.Cli.Output;
using CDNet.MLNet.Data;
using CDNet.MLNet.Prepared;
using CDNet.MLNet.Scoring;

namespace CDNet.Cli.Inputs;

/// <summary>Verdicts of a model on pictures whose truth is known, and what could not be scored.</summary>
internal sealed class LabeledVerdicts
{
    private readonly IEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> _verdicts;
    private readonly long _count;
    private readonly List<SkippedItem> _failures;

    private LabeledVerdicts(IEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> verdicts, long count, IEnumerable<SkippedItem> skipped)
        => (_verdicts, _count, _failures) = (verdicts, count, [.. skipped]);

    /// <summary>What was left out, and why; complete after <see cref="Read"/>.</summary>
    public IReadOnlyList<SkippedItem> Failures => _failures;

    /// <summary>Scores a split of a folder, a CSV, a data set with its manifest, or a prepared set.</summary>
    /// <exception cref="ArgumentException">Pictures of a prepared set are to be made worse: they are cut out already.</exception>
    public static LabeledVerdicts Of(
        CDNetModel model, string data, string? root, string? manifest, string split, BatchScoringOptions options, CancellationToken cancellation)
    {
        if (PreparedSet.IsIn(data))
        {
            if (options.Scoring.Degradation is not null)
                throw new ArgumentException($"{data}: a prepared set; --jpeg-quality and --scale change pictures before faces are cut out of them. Name the pictures.");
            var prepared = PreparedSet.Open(data, isThorough: true);
            var rows = Score(model, options, scorer => scorer.ScoreAsync(prepared, prepared.SplitNames.Count > 0 ? split : null, cancellation));
            return new LabeledVerdicts(rows, prepared.RowsOf(split), prepared.Damaged);
        }
        var set = NamedInputs.OpenPictures(data, root, manifest);
        var pictures = set.InSplit(split);
        // Faces of one picture follow each other by falling confidence; the first one speaks for it.
        var verdicts = Score(model, options, scorer => scorer.ScoreAsync(pictures.Select(picture => picture.Path), cancellation));
        return new LabeledVerdicts(verdicts.Where(verdict => verdict.Face == 0).Select((verdict, index) => (pictures[index], verdict)), pictures.Count, set.Skipped);
    }

    private static IEnumerable<T> Score<T>(CDNetModel model, BatchScoringOptions options, Func<BatchScorer, IAsyncEnumerable<T>> score)
    {
        using var scorer = new BatchScorer(model, options);
        foreach (var verdict in score(scorer).ToBlockingEnumerable())
            yield return verdict;
    }

    /// <summary>The verdicts, once, with a progress line.</summary>
    public IEnumerable<(LabeledPicture Picture, FaceVerdict Verdict)> Read()
    {
        using var progress = new CountDisplay("Scoring", _count);
        var done = 0L;
        foreach (var (picture, verdict) in _verdicts)
        {
            if (verdict.Error is { } error)
                _failures.Add(new SkippedItem(picture.Path, error));
            progress.Report(++done);
            yield return (picture, verdict);
        }
    }
}
