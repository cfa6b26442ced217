using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Networks;

/// <summary>
/// The scoring side of Xception (F. Chollet, Xception: Deep Learning with Depthwise Separable Convolutions, 2017, figure 5), the backbone that Table 2 of
/// CDNet's paper compares with. It reads the face alone.
/// </summary>
/// <remarks>20,806,952 parameters, 20,811,050 with a head for two classes; 8.36 billion multiplications with additions for a face of 299x299.</remarks>
internal sealed class XceptionGraph : FeatureGraph
{
    private XceptionGraph()
    {
    }

    /// <summary>The only one.</summary>
    public static XceptionGraph Instance { get; } = new();

    /// <summary>Entry flow, eight blocks of middle flow, exit flow; its last block grows in its last convolution.</summary>
    public static BackboneSpec Spec { get; } = new("face", StemChannels: 32, StemPadding: 0,
    [
        new(64, 128, Repetitions: 2, Stride: 2, StartsWithRelu: false),
        new(128, 256, Repetitions: 2, Stride: 2),
        new(256, 728, Repetitions: 2, Stride: 2),
        .. Enumerable.Repeat(new BlockSpec(728, 728, Repetitions: 3, Stride: 1), 8),
        new(728, 1024, Repetitions: 2, Stride: 2, GrowsFirst: false),
    ], Tail: [1536, 2048]);

    /// <inheritdoc />
    public override string Name => "xception";

    /// <inheritdoc />
    public override string GraphName => "xception";

    /// <inheritdoc />
    public override int Features => Spec.Outputs;

    /// <inheritdoc />
    public override IReadOnlyList<string> Columns { get; } = [FaceColumns.Face];

    /// <inheritdoc />
    public override long MultiplyAdds(FeatureSignature signature) => Spec.MultiplyAdds(signature.FaceSide);

    /// <inheritdoc />
    protected override string Compute(BackboneGraph nodes, string face, FeatureSignature signature) => nodes.Backbone(Spec, nodes.Normalize(face));
}
