using CDNet.MLNet.Networks;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;
using Google.Protobuf;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Sam;

/// <summary>The scoring side of the selective attention module (Figure 1 of the paper): it reads the five crops and their amplitudes.</summary>
internal sealed class SamGraph : FeatureGraph
{
    private SamGraph()
    {
    }

    /// <summary>The only one.</summary>
    public static SamGraph Instance { get; } = new();

    /// <inheritdoc />
    public override string Name => "sam";

    /// <inheritdoc />
    public override string GraphName => "selectiveAttention";

    /// <inheritdoc />
    public override int Features => SamSpec.Features;

    /// <inheritdoc />
    public override IReadOnlyList<string> Columns { get; } = [.. FaceColumns.Crops, .. FaceColumns.Amplitudes];

    /// <inheritdoc />
    public override long MultiplyAdds(FeatureSignature signature)
        => SamSpec.Face.MultiplyAdds(signature.FaceSide) + SamSpec.Parts * SamSpec.Part.MultiplyAdds(signature.PartSide)
            + (long)SamSpec.Concatenated * SamSpec.Features;

    /// <inheritdoc />
    protected override string Compute(BackboneGraph nodes, string face, FeatureSignature signature)
    {
        var graph = nodes.Graph;
        string[] parts = [.. FaceColumns.Parts.Select(column => nodes.Crop(column, signature.PartSide))];
        var faceVector = nodes.Backbone(SamSpec.Face, nodes.Normalize(face));
        // The parts share their network, so they go through it as one batch.
        var partVectors = nodes.Backbone(SamSpec.Part, nodes.Normalize(graph.Node("Concat", parts, Attribute("axis", 0))));
        // Part by part [4,N,256] becomes face by face [N,4,256].
        var byPart = graph.Node("Reshape", [partVectors, graph.Integers(SamSpec.Parts, -1, SamSpec.Part.Outputs)]);
        var byFace = graph.Node("Transpose", [byPart], Attribute("perm", [1, 0, 2]));
        var joined = graph.Node("Reshape", [byFace, graph.Integers(-1, SamSpec.Parts * SamSpec.Part.Outputs)]);
        var all = graph.Node("Concat", [faceVector, joined, Standardized(nodes)], Attribute("axis", 1));
        graph.Metadata(VectorKey, all);
        return graph.Node("Gemm", [all, nodes.Constant(SamSpec.ProjectionWeight), nodes.Constant(SamSpec.ProjectionBias)], Attribute("transB", 1));
    }

    /// <inheritdoc />
    protected override byte[] Complete(byte[] model, NetworkWeights weights, Dictionary<string, string> constants)
    {
        if (!weights.Has(SamWidening.Weights))
            return model;
        var wide = ModelProto.Parser.ParseFrom(model);
        SamWidening.AddTo(wide, weights[SamWidening.Direction].Values);
        SavedNetwork.Store(SavedNetwork.Find(wide.Graph, SamWidening.Weights)!, weights[SamWidening.Weights].Values);
        foreach (var name in new[] { SamWidening.Weights, SamWidening.Direction })
            constants[name] = name;
        return wide.ToByteArray();
    }

    private static string Standardized(BackboneGraph nodes)
    {
        var graph = nodes.Graph;
        string[] amplitudes = [.. FaceColumns.Amplitudes.Select(column => graph.RowInput(FeatureSignature.Input(column), OnnxType.Float, SamSpec.Amplitudes))];
        var joined = graph.Node("Concat", amplitudes, Attribute("axis", 1));
        var centered = graph.Node("Sub", [joined, nodes.Constant(SamSpec.AmplitudeMean)]);
        return graph.Node("Div", [centered, nodes.Constant(SamSpec.AmplitudeDeviation)]);
    }
}
