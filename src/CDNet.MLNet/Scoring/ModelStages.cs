using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace CDNet.MLNet.Scoring;

/// <summary>Takes a model apart at its cropping stage.</summary>
internal static class ModelStages
{
    /// <summary>What a model does with the crops: all that follows its cropping stage.</summary>
    /// <param name="model">A model, fitted just now or loaded.</param>
    /// <returns>The stages in order, or null where the model has no cropping stage.</returns>
    public static TransformerChain<ITransformer>? BehindCrops(ITransformer model)
    {
        var behind = new List<ITransformer>();
        return Collect(model, behind) ? new TransformerChain<ITransformer>([.. behind]) : null;
    }

    private static bool Collect(ITransformer stage, List<ITransformer> behind)
    {
        ITransformer[] parts = stage switch
        {
            WrappedTransformer wrapped => [wrapped.Inner],
            IEnumerable<ITransformer> chain => [.. chain],
            _ => [],
        };
        // The chain that holds the mapping is the cropping stage itself; what follows inside it only renames and drops.
        if (parts.Any(part => part is CustomMappingTransformer<FacePartCropMapping.Source, FacePartCropMapping.Target>))
            return true;
        for (var i = 0; i < parts.Length; i++)
        {
            if (!Collect(parts[i], behind))
                continue;
            behind.AddRange(parts[(i + 1)..]);
            return true;
        }
        return false;
    }
}
