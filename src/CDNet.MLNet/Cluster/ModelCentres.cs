using CDNet.MLNet.Pipeline;
using Microsoft.ML;

namespace CDNet.MLNet.Cluster;

/// <summary>Reads the two centres out of a model, fitted just now or loaded from a zip.</summary>
public static class ModelCentres
{
    /// <summary>The centres of the last cluster decision in a model.</summary>
    /// <param name="model">Any transformer, also one that <c>mlContext.Model.Load</c> gave.</param>
    /// <returns>The centres, or null where the model has no cluster decision.</returns>
    public static ClusterCentres? Find(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ClusterDecisionGraph.ReadCentres(ModelArchive.Of(model));
    }

    /// <summary>The centres in a model zip, without loading it.</summary>
    /// <param name="path">The zip that <c>mlContext.Model.Save</c> wrote.</param>
    /// <returns>The centres, or null where the model has no cluster decision.</returns>
    /// <exception cref="InvalidDataException">The file is no zip or is damaged.</exception>
    public static ClusterCentres? Find(string path)
    {
        using var zip = File.OpenRead(path);
        return ClusterDecisionGraph.ReadCentres(ModelArchive.Read(zip, path));
    }
}
