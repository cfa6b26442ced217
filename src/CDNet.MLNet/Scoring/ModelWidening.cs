using CDNet.MLNet.Sam;
using CDNet.MLNet.Scoring.Evidence;

namespace CDNet.MLNet.Scoring;

/// <summary>
/// Lets the last layer of a saved model read every block of its networks (12,928 numbers of a face) beside what the paper's reads (1,920): the mean of each channel and how it scatters over the picture, and how large it gets at most at the end.
/// </summary>
/// <remarks>
/// The scores stay as they are until <see cref="ProjectionRefit"/> fits the layer, which then wants thousands of pictures. A training that goes on from such a model keeps the weights of what the blocks show as they are; fit what it has made anew.
/// </remarks>
public static class ModelWidening
{
    /// <summary>Copies a model zip with a last layer that reads every block. What its faces look like on the average (<see cref="PartMeansWriter"/>) and ranges for 8 bits are not known again before they are measured.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, a damaged one, widened already, decides without centres, or has a network other than the selective attention module.</exception>
    public static void Write(string source, string target)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        using var model = CDNetModel.Open(source);
        var centres = model.Centres ?? throw new InvalidDataException($"{source}: it decides without centres; only a model with a cluster decision is widened.");
        // Says which network it is that has no such layer.
        _ = Projection.Read(source);
        SavedModelRewriter.WriteNetwork(source, target, network =>
        {
            if (SamWidening.LayoutOf(network).IsWide)
                throw new InvalidDataException($"{source}: its last layer reads every block already.");
            SamWidening.AddTo(network, [.. centres.Line().Select(number => (float)number)]);
            PartMeans.RemoveFrom(network);
            Int8Settings.RemoveFrom(network);
        });
    }
}
