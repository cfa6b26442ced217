using CDNet.MLNet.Cluster;
using CDNet.MLNet.Data;
using CDNet.MLNet.Metrics;
using CDNet.MLNet.Scoring.Batching;

namespace CDNet.MLNet.Scoring;

/// <summary>Fits the projection of a model to what its network knows of pictures, as it is or in 8 bits.</summary>
internal sealed class ProjectionFit
{
    private readonly IReadOnlyList<LabeledPicture> _training;
    private readonly IReadOnlyList<LabeledPicture> _validation;
    private readonly ProjectionRefitOptions _options;
    private readonly ClusterCentres _centres;
    private readonly ClusterScoreForm _form;
    private ClassScatter? _scatter;

    /// <param name="model">The model.</param>
    /// <param name="training">The pictures to fit to.</param>
    /// <param name="validation">Pictures by which the shrinkage is chosen; may be empty where the options name one alone.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or there are several shrinkages and no validation pictures of both classes.</exception>
    /// <exception cref="InvalidDataException">The model decides without centres, or has a network without such a projection.</exception>
    public ProjectionFit(CDNetModel model, IReadOnlyList<LabeledPicture> training, IReadOnlyList<LabeledPicture> validation, ProjectionRefitOptions options)
    {
        options.Validate();
        (_training, _validation, _options) = (training, validation, options);
        if (HasChoice && !HasBothClasses(validation.Select(picture => picture.IsFake)))
            throw new ArgumentException($"{options.Shrinkages.Count} shrinkages and no validation pictures of both classes to choose by: give some, or one shrinkage.", nameof(validation));
        _centres = model.Centres ?? throw new InvalidDataException($"{model.Name}: it decides without centres; only a model with a cluster decision is fitted anew.");
        _form = model.ScoreForm!.Value;
        Before = Projection.Read(model.Name);
    }

    /// <summary>The projection as it was.</summary>
    public Projection Before { get; }

    /// <summary>The mean vectors of both classes of the training pictures, when it has run.</summary>
    public ClusterCentres Means => _scatter!.Means();

    private bool HasChoice => _options.Shrinkages.Count > 1;

    /// <summary>Goes through the pictures.</summary>
    /// <param name="vectors">What the network knows of them.</param>
    /// <param name="progress">Receives the number of pictures that are done, validation pictures first.</param>
    /// <param name="cancellation">Ends the fit.</param>
    /// <exception cref="InvalidOperationException">A class has no face, or both look the same to the network.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public (LineTurn Turn, ProjectionRefitReport Report) Run(NetworkVectors vectors, IProgress<long>? progress, CancellationToken cancellation)
    {
        var (scatter, validated) = Measure(vectors, progress, cancellation);
        _scatter = scatter;
        if (HasChoice && !HasBothClasses(validated.Select(face => face.IsFake)))
            throw new InvalidOperationException($"Of the {_validation.Count:N0} validation pictures {validated.Count:N0} have a face, none of one of the classes: there is nothing to choose a shrinkage by. Give others, or one shrinkage.");
        LineTurn Fit(double shrinkage) => Before.TurnTo(FisherDiscriminant.Solve(scatter, shrinkage, Before.AlongLine(_centres)), scatter.Means(), _centres);
        var candidates = _options.Shrinkages.Select(shrinkage => (Shrinkage: shrinkage, Turn: Fit(shrinkage))).ToArray();
        double Auc(Projection projection)
            => RankingMetrics.Auc([.. validated.Select(face => (float)projection.Score(face.Vector, _centres, _form))], [.. validated.Select(face => face.IsFake)]);
        var figures = candidates.Select(candidate => (candidate.Shrinkage, Auc: Auc(Before.Turn(candidate.Turn, _centres)))).ToArray();
        var best = candidates[Array.IndexOf(figures, figures.MaxBy(figure => figure.Auc))];
        return (best.Turn, new ProjectionRefitReport(scatter.Reals, scatter.Fakes, validated.Count, Auc(Before), figures, best.Shrinkage));
    }

    private static bool HasBothClasses(IEnumerable<bool> labels) => labels.Distinct().Count() == 2;

    private (ClassScatter Scatter, List<(float[] Vector, bool IsFake)> Validated) Measure(NetworkVectors vectors, IProgress<long>? progress, CancellationToken cancellation)
    {
        var (done, random) = (0L, new Random(_options.Seed));
        IEnumerable<(float[] Vector, bool IsFake)> Faces(IReadOnlyList<LabeledPicture> pictures, Func<PictureView> view)
        {
            foreach (var (vector, picture) in vectors.Read(pictures.Select(picture => (picture.Path, view())), cancellation).Zip(pictures))
            {
                if (vector is not null)
                    yield return (vector, picture.IsFake);
                progress?.Report(++done);
            }
        }
        var validated = Faces(_validation, static () => new PictureView()).ToList();
        ClassScatter? scatter = null;
        foreach (var (vector, isFake) in Faces(_training, () => Draw(random, _options.DegradedShare)))
            (scatter ??= new ClassScatter(vector.Length)).Add(vector, isFake);
        return (scatter ?? throw new InvalidOperationException($"No face was found in any of the {_training.Count:N0} training pictures."), validated);
    }

    private static PictureView Draw(Random random, double degradedShare)
    {
        // All are drawn in any case, so that the share changes nothing else.
        var (isDegraded, scale, quality, isMirrored) = (random.NextDouble() < degradedShare, 0.4 + 0.6 * random.NextDouble(), random.Next(30, 96), random.Next(2) == 0);
        return new PictureView(isDegraded ? new PictureDegradation { Scale = scale, JpegQuality = quality } : null, isMirrored);
    }
}
