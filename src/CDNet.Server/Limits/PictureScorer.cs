using CDNet.MLNet.Data;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.Server.Limits;

/// <summary>Scores the pictures of one request.</summary>
internal interface IPictureScorer : IDisposable
{
    /// <summary>The verdicts of each picture, in the order of the pictures.</summary>
    Task<IReadOnlyList<IReadOnlyList<FaceVerdict>>> ScoreAsync(IReadOnlyList<ScoringInput> pictures, CancellationToken cancellation);

    /// <summary>What drove the verdict on each face of a picture, in the order of its verdicts.</summary>
    Task<IReadOnlyList<FaceEvidence>> ExplainAsync(ScoringInput picture, CancellationToken cancellation);
}

/// <summary>Scores with a model.</summary>
internal sealed class PictureScorer : IPictureScorer
{
    private readonly ServeOptions _options;
    private readonly BatchScorer _scorer;
    private readonly FaceExplainer _explainer;

    public PictureScorer(CDNetModel model, ServeOptions options)
    {
        _options = options;
        _scorer = new BatchScorer(model, new BatchScoringOptions { Workers = options.Workers, Scoring = new ScoringOptions { MaxFaces = options.MaxFaces } });
        _explainer = new FaceExplainer(model, threads: 1);
    }

    public async Task<IReadOnlyList<IReadOnlyList<FaceVerdict>>> ScoreAsync(IReadOnlyList<ScoringInput> pictures, CancellationToken cancellation)
    {
        var verdicts = pictures.Select(picture => Refusal(picture) is { } refusal ? new List<FaceVerdict> { FaceVerdict.Failed(picture.Name, refusal) } : []).ToArray();
        var open = Enumerable.Range(0, pictures.Count).Where(i => verdicts[i].Count == 0).ToArray();
        var place = -1;
        await foreach (var verdict in _scorer.ScoreAsync(open.Select(i => pictures[i]).ToAsyncEnumerable(), cancellation).ConfigureAwait(false))
        {
            // Names may come twice, but each picture begins with its face 0.
            if (verdict.Face == 0)
                place++;
            verdicts[open[place]].Add(verdict);
        }
        return verdicts;
    }

    public Task<IReadOnlyList<FaceEvidence>> ExplainAsync(ScoringInput picture, CancellationToken cancellation) => Task.Run(
        () =>
        {
            using var image = PictureReader.Read(picture.Content!.Value, picture.Name);
            return _explainer.Explain(image, picture.Name, withMap: false, cancellation);
        },
        cancellation);

    public void Dispose()
    {
        _scorer.Dispose();
        _explainer.Dispose();
    }

    /// <summary>Why a picture is not decoded; null where it is.</summary>
    private string? Refusal(ScoringInput picture)
    {
        try
        {
            var (width, height) = PictureReader.ReadSize(picture.Content!.Value, picture.Name);
            return (long)width * height <= _options.MaxPixels
                ? null
                : $"{picture.Name}: {width}x{height} pixels are too many (at most {_options.MaxPixels:N0}); scale the picture down.";
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }
}
