using CDNet.MLNet.Cluster;
using CDNet.MLNet.Data;
using CDNet.MLNet.Metrics;
using CDNet.MLNet.Scoring.Batching;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.MLNet.Scoring;

/// <summary>
/// Fits the last layer of a saved model anew, to the pictures that it was trained on or to one's own: the projection that mixes what the networks saw and the amplitudes into the features F. Needs one pass over the pictures, no gradient, no libtorch.
/// </summary>
/// <remarks>
/// The decision compares distances to two centres (Eq. 5), which counts all directions alike. Faces of one class scatter far more in some than in others, and a network of few epochs has not learnt to even that out. So along the line of
/// both centres the features become Fisher's discriminant of what the projection mixes, scaled so that the means of both classes lie at their centres (Eq. 1); across that line they stay. Kirichenko et al., "Last layer re-training is
/// sufficient for robustness to spurious correlations", 2022, do the like with a logistic regression. The order of faces gains in either <see cref="ClusterScoreForm"/>; the difference is the discriminant itself. The probabilities are
/// those of the scores before: calibrate anew. What parts look like on the average (<see cref="PartMeansWriter"/>) is measured with it.
/// </remarks>
public static class ProjectionRefit
{
    /// <summary>Pictures of a set from elsewhere (<see cref="ProjectionRefitOptions.RealElsewhere"/>) that are looked at at most: 1,000.</summary>
    public const int MostElsewhere = 1000;

    /// <summary>Writes a model with a projection that was fitted anew.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="training">The pictures to fit to; of each the most confident face counts, those without one are left out.</param>
    /// <param name="validation">Pictures by which the shrinkage is chosen; may be empty where the options name one alone.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <param name="options">Shrinkages and what happens to training pictures; the defaults where null.</param>
    /// <param name="progress">Receives the number of pictures that are done: validation pictures first, then those to fit to, then those from elsewhere.</param>
    /// <param name="cancellation">Ends the fit; nothing is written.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or there are several shrinkages and no validation pictures of both classes.</exception>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, decides without centres, or has a network without such a projection.</exception>
    /// <exception cref="InvalidOperationException">A class or a set from elsewhere has no face, or both look the same to the network.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ProjectionRefitReport Write(
        string source, IReadOnlyList<LabeledPicture> training, IReadOnlyList<LabeledPicture> validation, string target, ProjectionRefitOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        options ??= new ProjectionRefitOptions();
        options.Validate();
        var hasChoice = options.Shrinkages.Count > 1;
        if (hasChoice && !HasBothClasses(validation.Select(picture => picture.IsFake)))
            throw new ArgumentException($"{options.Shrinkages.Count} shrinkages and no validation pictures of both classes to choose by: give some, or one shrinkage.", nameof(validation));
        using var model = CDNetModel.Open(source);
        var centres = model.Centres ?? throw new InvalidDataException($"{source}: it decides without centres; only a model with a cluster decision is fitted anew.");
        var before = Projection.Read(source);
        var (scatter, validated, elsewhere) = Measure(model, training, validation, options, progress, cancellation);
        if (hasChoice && !HasBothClasses(validated.Select(face => face.IsFake)))
            throw new InvalidOperationException($"Of the {validation.Count:N0} validation pictures {validated.Count:N0} have a face, none of one of the classes: there is nothing to choose a shrinkage by. Give others, or one shrinkage.");
        var means = scatter.Means();
        double[][] shifts = [.. elsewhere.Select(set => set.From(means.Real))];
        var discriminant = new FisherDiscriminant(scatter, before.AlongLine(centres), shifts);
        Projection Fit(double shrinkage) => before.Turn(discriminant.Solve(shrinkage), means, centres);
        var candidates = options.Shrinkages.Select(shrinkage => (Shrinkage: shrinkage, Projection: Fit(shrinkage))).ToArray();
        double Auc(Projection projection)
            => RankingMetrics.Auc([.. validated.Select(face => (float)projection.Score(face.Vector, centres, model.ScoreForm!.Value))], [.. validated.Select(face => face.IsFake)]);
        var figures = candidates.Select(candidate => (candidate.Shrinkage, Auc: Auc(candidate.Projection))).ToArray();
        var best = candidates[Array.IndexOf(figures, figures.MaxBy(figure => figure.Auc))];
        SavedModelRewriter.WriteNetwork(source, target, network =>
        {
            best.Projection.Store(network);
            new PartMeans(means.Real, means.Fake, scatter.Deviations()).AddTo(network);
            Int8Settings.RemoveFrom(network);
        });
        return new ProjectionRefitReport(scatter.Reals, scatter.Fakes, validated.Count, Auc(before), figures, best.Shrinkage) { Elsewhere = [.. elsewhere.Select(set => set.Count)] };
    }

    private static bool HasBothClasses(IEnumerable<bool> labels) => labels.Distinct().Count() == 2;

    private static (ClassScatter Scatter, List<(float[] Vector, bool IsFake)> Validated, List<VectorMean> Elsewhere) Measure(
        CDNetModel model, IReadOnlyList<LabeledPicture> training, IReadOnlyList<LabeledPicture> validation, ProjectionRefitOptions options, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var vectors = new NetworkVectors(model);
        var (done, random) = (0L, new Random(options.Seed));
        PictureView Worse() => Draw(random, options.DegradedShare);
        IEnumerable<(float[] Vector, T Picture)> Faces<T>(IReadOnlyList<T> pictures, Func<T, string> path, Func<PictureView> view)
        {
            foreach (var (vector, picture) in vectors.Read(pictures.Select(picture => (path(picture), view())), cancellation).Zip(pictures))
            {
                if (vector is not null)
                    yield return (vector, picture);
                progress?.Report(++done);
            }
        }
        var validated = Faces(validation, picture => picture.Path, static () => new PictureView()).Select(face => (face.Vector, face.Picture.IsFake)).ToList();
        var scatter = new ClassScatter();
        foreach (var (vector, picture) in Faces(training, picture => picture.Path, Worse))
            scatter.Add(vector, picture.IsFake);
        if (scatter.Reals + scatter.Fakes == 0)
            throw new InvalidOperationException($"No face was found in any of the {training.Count:N0} training pictures.");
        var elsewhere = new List<VectorMean>();
        foreach (var set in options.RealElsewhere)
        {
            var mean = new VectorMean();
            foreach (var (vector, _) in Faces(EvenSample.Of(set, MostElsewhere), path => path, Worse))
                mean.Add(vector);
            elsewhere.Add(mean.Count > 0 ? mean : throw new InvalidOperationException($"No face was found in any of the {set.Count:N0} pictures from elsewhere, of which {set[0]} is the first."));
        }
        return (scatter, validated, elsewhere);
    }

    private static PictureView Draw(Random random, double degradedShare)
    {
        // All are drawn in any case, so that the share changes nothing else.
        var (isDegraded, scale, quality, isMirrored) = (random.NextDouble() < degradedShare, 0.4 + 0.6 * random.NextDouble(), random.Next(30, 96), random.Next(2) == 0);
        return new PictureView(isDegraded ? new PictureDegradation { Scale = scale, JpegQuality = quality } : null, isMirrored);
    }
}
