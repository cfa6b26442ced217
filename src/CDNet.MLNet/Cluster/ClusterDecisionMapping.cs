using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace CDNet.MLNet.Cluster;

/// <summary>Gives the verdict's numbers their names and types.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ClusterDecisionMapping : CustomMappingFactory<ClusterDecisionMapping.Source, ClusterDecisionMapping.Target>
{
    public const string Contract = "CDNet.MLNet.Cluster.ClusterDecision/1";

    internal sealed class Source
    {
        [ColumnName(ClusterColumns.Verdict)]
        public VBuffer<float> Verdict { get; set; }
    }

    internal sealed class Target
    {
        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }

        public float DistanceToReal { get; set; }

        public float DistanceToFake { get; set; }
    }

    public override Action<Source, Target> GetMapping() => Map;

    public static void Map(Source source, Target target)
    {
        var numbers = source.Verdict.GetValues();
        (target.Score, target.Probability, target.DistanceToReal, target.DistanceToFake) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        // False for NaN: no face is no verdict.
        target.PredictedLabel = target.Score > 0;
    }
}

/// <summary>Names of the columns that exist only inside the deciding chain.</summary>
internal static class ClusterColumns
{
    private const string Prefix = "__cdnet.cluster.";
    public const string Features = Prefix + "features";
    public const string Verdict = Prefix + "verdict";
    public const string FakeCentre = Prefix + "fakeCentre";
    public const string RealCentre = Prefix + "realCentre";
}

/// <summary>Names of the annotations with which a feature column carries trained centres.</summary>
internal static class CentreAnnotations
{
    public const string Fake = "CDNetFakeCentre";
    public const string Real = "CDNetRealCentre";
}
