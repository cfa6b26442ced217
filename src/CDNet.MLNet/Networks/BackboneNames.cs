namespace CDNet.MLNet.Networks;

/// <summary>Names of the layers inside a backbone; the network that is trained registers its modules under the same ones.</summary>
internal static class BackboneNames
{
    public const string Stem1 = "stem1";
    public const string Stem1Norm = "stem1_norm";
    public const string Stem2 = "stem2";
    public const string Stem2Norm = "stem2_norm";
    public const string Blocks = "blocks";
    public const string Separables = "separables";
    public const string Norms = "norms";
    public const string Skip = "skip";
    public const string SkipNorm = "skip_norm";
    public const string Tail = "tail";
    public const string TailNorms = "tail_norms";
    public const string Depthwise = "depthwise";
    public const string Pointwise = "pointwise";
}
