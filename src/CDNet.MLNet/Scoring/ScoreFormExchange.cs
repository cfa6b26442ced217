using CDNet.MLNet.Cluster;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Scoring;

/// <summary>Gives a saved model another form of its score (<see cref="ClusterScoreForm"/>).</summary>
/// <remarks>
/// A face lies on the same side of 0 in either form, nearer to the same centre; the order of faces is another, and with it the AUC, and the scores are of another size. So compare both on a validation split, and calibrate
/// anew: the probabilities are those of the scores before.
/// </remarks>
public static class ScoreFormExchange
{
    /// <summary>Copies a model zip with another form of the score; network, centres and crops stay as they are.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <param name="form">The form.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="form"/> is none.</exception>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, a damaged one, or decides without centres.</exception>
    public static void Write(string source, string target, ClusterScoreForm form)
    {
        Check.Defined(form, nameof(form));
        SavedModelRewriter.Write(
            source,
            target,
            model => ClusterDecisionGraph.ReadCentres(model) is { } centres ? ModelProto.Parser.ParseFrom(ClusterDecisionGraph.Build(centres, form)) : null,
            model => _ = model.Centres ?? throw new InvalidDataException($"{source}: it decides without centres, so that its score has one form only."));
    }
}
