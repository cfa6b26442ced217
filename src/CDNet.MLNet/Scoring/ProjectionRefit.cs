using CDNet.MLNet.Cluster;
using CDNet.MLNet.Data;
using CDNet.MLNet.Networks;
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
    /// <summary>Writes a model with a projection that was fitted anew.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="training">The pictures to fit to; of each the most confident face counts, those without one are left out.</param>
    /// <param name="validation">Pictures by which the shrinkage is chosen; may be empty where the options name one alone.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <param name="options">Shrinkages and what happens to training pictures; the defaults where null.</param>
    /// <param name="progress">Receives the number of pictures that are done, validation pictures first.</param>
    /// <param name="cancellation">Ends the fit; nothing is written.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or there are several shrinkages and no validation pictures of both classes.</exception>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, decides without centres, or has a network without such a projection.</exception>
    /// <exception cref="InvalidOperationException">A class has no face, or both look the same to the network.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ProjectionRefitReport Write(
        string source, IReadOnlyList<LabeledPicture> training, IReadOnlyList<LabeledPicture> validation, string target, ProjectionRefitOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        options ??= new ProjectionRefitOptions();
        using var model = CDNetModel.Open(source);
        var fit = new ProjectionFit(model, training, validation, options);
        using var vectors = new NetworkVectors(model);
        var (turn, report) = fit.Run(vectors, progress, cancellation);
        SavedModelRewriter.Write(source, target, network =>
        {
            if (!FeatureGraph.IsIn(network))
                return null;
            fit.Before.Turn(turn, model.Centres!).Store(network);
            new PartMeans(fit.Means.Real, fit.Means.Fake).AddTo(network);
            Int8Settings.RemoveFrom(network);
            return network;
        });
        return report;
    }
}
