using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Networks;

/// <summary>Names and sizes of a scoring graph's inputs and output.</summary>
/// <param name="FaceSide">Side of the face crop in pixels.</param>
/// <param name="PartSide">Side of a part crop in pixels.</param>
internal sealed record FeatureSignature(int FaceSide, int PartSide)
{
    private const string Prefix = "__cdnet.sam.";

    /// <summary>The name of the output.</summary>
    public static string Output => Input(FaceColumns.Features);

    /// <summary>The name of the input that takes a column of crops or amplitudes, out of the way of the column itself.</summary>
    public static string Input(string column) => Prefix + column;
}
