using CDNet.MLNet.Cluster;
using CDNet.MLNet.Scoring.Batching;

namespace CDNet.MLNet.Scoring.Evidence;

/// <summary>
/// Measures what real and fake faces look like to a model on the average and how far they scatter, and keeps it with the model: <see cref="FaceExplainer"/> replaces parts by it, and <see cref="FaceVerdict.Distance"/> is counted in it. A training does so itself; this is for models that were
/// saved without, and for other pictures.
/// </summary>
public static class PartMeansWriter
{
    /// <summary>Copies a model zip with the means of labelled pictures, best those that it was trained on; scores stay as they are. <see cref="FaceVerdict.Familiarity"/> is not known again before the next calibration.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="pictures">The pictures with their labels, true for fake; of each the most confident face counts.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <param name="progress">Receives the number of pictures that are done.</param>
    /// <param name="cancellation">Ends the measuring; nothing is written.</param>
    /// <returns>Faces that were measured: real, fake.</returns>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, or one whose network does not keep its parts apart.</exception>
    /// <exception cref="InvalidOperationException">A class has no face.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static (long Real, long Fake) Write(
        string source, IEnumerable<(string Path, bool IsFake)> pictures, string target, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var means = new ClassMeans();
        using (var model = CDNetModel.Open(source))
        {
            using var vectors = new NetworkVectors(model);
            var labels = new Queue<bool>();
            IEnumerable<(string, PictureView)> Pictures()
            {
                foreach (var (path, isFake) in pictures)
                {
                    labels.Enqueue(isFake);
                    yield return (path, new PictureView());
                }
            }
            var done = 0L;
            foreach (var vector in vectors.Read(Pictures(), cancellation))
            {
                var isFake = labels.Dequeue();
                if (vector is not null)
                    means.Add(vector, isFake);
                progress?.Report(++done);
            }
        }
        var centres = means.ToCentres();
        SavedModelRewriter.WriteNetwork(source, target, network => new PartMeans(centres.Real, centres.Fake, means.Deviations()).AddTo(network));
        return (means.Reals, means.Fakes);
    }
}
