using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace CDNet.MLNet.Decision;

/// <summary>Gives the verdict's numbers their names and types.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class FullyConnectedDecisionMapping : CustomMappingFactory<FullyConnectedDecisionMapping.Source, FullyConnectedDecisionMapping.Target>
{
    public const string Contract = "CDNet.MLNet.Decision.FullyConnectedDecision/1";

    internal sealed class Source
    {
        [ColumnName(HeadColumns.Verdict)]
        public VBuffer<float> Verdict { get; set; }
    }

    internal sealed class Target
    {
        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }

    public override Action<Source, Target> GetMapping() => Map;

    public static void Map(Source source, Target target)
    {
        var numbers = source.Verdict.GetValues();
        (target.Score, target.Probability) = (numbers[0], numbers[1]);
        // False for NaN: no face is no verdict.
        target.PredictedLabel = target.Score > 0;
    }
}

/// <summary>Names of the columns that exist only inside the deciding chain.</summary>
internal static class HeadColumns
{
    private const string Prefix = "__cdnet.fc.";
    public const string Features = Prefix + "features";
    public const string Verdict = Prefix + "verdict";
    public const string Weights = Prefix + "weights";
    public const string Bias = Prefix + "bias";
}

/// <summary>Names of the annotations with which a feature column carries a trained head.</summary>
internal static class HeadAnnotations
{
    public const string Weights = "CDNetHeadWeights";
    public const string Bias = "CDNetHeadBias";
}
