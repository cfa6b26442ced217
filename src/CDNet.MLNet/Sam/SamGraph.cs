using CDNet.MLNet.Onnx;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Sam;

/// <summary>The trained selective attention module as an ONNX model for one face, with batch norms folded into the convolutions.</summary>
/// <remarks>
/// Inputs: <c>Face</c> and the four parts as uint8 [1,3,side,side], their amplitudes as float [1,128]. Output: float [200], all NaN where the
/// face crop is all zero, that is where no face was found.
/// </remarks>
internal sealed class SamGraph
{
    /// <summary>The name of the graph in a saved model.</summary>
    public const string GraphName = "selectiveAttention";

    /// <summary>The key under which it says how it was trained, as JSON.</summary>
    public const string TrainingKey = "cdnet.training";

    private readonly SamWeights _weights;
    private readonly OnnxGraphBuilder _graph = new(GraphName);

    private SamGraph(SamWeights weights) => _weights = weights;

    /// <summary>Names of the model's inputs and output, and the sizes of its images.</summary>
    /// <param name="Face">Input name of the face.</param>
    /// <param name="Parts">Input names of the parts.</param>
    /// <param name="Amplitudes">Input names of the amplitudes: of the face, then of the parts.</param>
    /// <param name="Output">Output name.</param>
    /// <param name="FaceSide">Side of the face in pixels.</param>
    /// <param name="PartSide">Side of a part in pixels.</param>
    public sealed record Signature(
        string Face, IReadOnlyList<string> Parts, IReadOnlyList<string> Amplitudes, string Output, int FaceSide, int PartSide);

    /// <summary>Builds the model.</summary>
    /// <param name="weights">The trained numbers.</param>
    /// <param name="signature">Names and sizes.</param>
    /// <param name="training">How it was trained, as JSON.</param>
    public static byte[] Build(SamWeights weights, Signature signature, string training)
    {
        var module = new SamGraph(weights);
        module.Build(signature);
        module._graph.Metadata(TrainingKey, training);
        return module._graph.Build();
    }

    private void Build(Signature signature)
    {
        var face = _graph.Input(signature.Face, OnnxType.UInt8, 1, 3, signature.FaceSide, signature.FaceSide);
        string[] parts = [.. signature.Parts.Select(name => _graph.Input(name, OnnxType.UInt8, 1, 3, signature.PartSide, signature.PartSide))];
        string[] amplitudes = [.. signature.Amplitudes.Select(name => _graph.Input(name, OnnxType.Float, 1, SamSpec.Amplitudes))];

        var faceVector = Backbone(SamSpec.Face, Normalize(face));
        // The parts share their network, so they go through it as one batch.
        var partVectors = Backbone(SamSpec.Part, Normalize(_graph.Node("Concat", parts, Attribute("axis", 0))));
        var joined = _graph.Node("Reshape", [partVectors, _graph.Integers(1, SamSpec.Parts * SamSpec.Part.Outputs)]);
        var all = _graph.Node("Concat", [faceVector, joined, Standardize(amplitudes)], Attribute("axis", 1));
        var features = _graph.Node(
            "Gemm",
            [all, Constant(_weights[SamWeights.ProjectionWeight]), Constant(_weights[SamWeights.ProjectionBias])],
            Attribute("transB", 1));
        var flat = _graph.Node("Reshape", [features, _graph.Integers(SamSpec.Features)]);
        _graph.Output(NanWithoutFace(face, flat), signature.Output, OnnxType.Float, SamSpec.Features);
    }

    private string Normalize(string bytes)
    {
        float[] factors = [ImageNormalization.Factor(0), ImageNormalization.Factor(1), ImageNormalization.Factor(2)];
        float[] offsets = [ImageNormalization.Offset(0), ImageNormalization.Offset(1), ImageNormalization.Offset(2)];
        var pixels = _graph.Node("Cast", [bytes], Attribute("to", (long)OnnxType.Float));
        var scaled = _graph.Node("Mul", [pixels, _graph.Constant(factors, 3, 1, 1)]);
        return _graph.Node("Add", [scaled, _graph.Constant(offsets, 3, 1, 1)]);
    }

    private string Standardize(string[] amplitudes)
    {
        var joined = _graph.Node("Concat", amplitudes, Attribute("axis", 1));
        var centered = _graph.Node("Sub", [joined, Constant(_weights[SamWeights.AmplitudeMean])]);
        return _graph.Node("Div", [centered, Constant(_weights[SamWeights.AmplitudeDeviation])]);
    }

    private string NanWithoutFace(string face, string features)
    {
        var brightest = _graph.Node("ReduceMax", [_graph.Node("Cast", [face], Attribute("to", (long)OnnxType.Float))], Attribute("keepdims", 0));
        var isFace = _graph.Node("Greater", [brightest, _graph.Constant([0f])]);
        return _graph.Node("Where", [isFace, features, _graph.Constant([float.NaN])]);
    }

    private string Backbone(BackboneSpec spec, string x)
    {
        string Named(string layer) => $"{spec.Name}.{layer}";
        x = Relu(Convolution(x, Named(BackboneNames.Stem1), Named(BackboneNames.Stem1Norm), stride: 2, pad: 1));
        x = Relu(Convolution(x, Named(BackboneNames.Stem2), Named(BackboneNames.Stem2Norm), stride: 1, pad: 0));
        for (var i = 0; i < spec.Blocks.Count; i++)
            x = Block(spec.Blocks[i], x, Named($"{BackboneNames.Blocks}.{i}"));
        x = Relu(Separable(x, Named(BackboneNames.Tail), Named(BackboneNames.TailNorm)));
        return _graph.Node("Flatten", [_graph.Node("GlobalAveragePool", [x])], Attribute("axis", 1));
    }

    private string Block(BlockSpec spec, string input, string name)
    {
        var x = input;
        for (var i = 0; i < spec.Repetitions; i++)
        {
            if (i > 0 || spec.StartsWithRelu)
                x = Relu(x);
            x = Separable(x, $"{name}.{BackboneNames.Separables}.{i}", $"{name}.{BackboneNames.Norms}.{i}");
        }
        if (spec.Stride > 1)
        {
            x = _graph.Node(
                "MaxPool", [x], Attribute("kernel_shape", [3, 3]), Attribute("strides", [spec.Stride, spec.Stride]), Attribute("pads", [1, 1, 1, 1]));
        }
        var skip = spec.HasSkipConvolution
            ? Convolution(input, $"{name}.{BackboneNames.Skip}", $"{name}.{BackboneNames.SkipNorm}", spec.Stride, pad: 0)
            : input;
        return _graph.Node("Add", [x, skip]);
    }

    private string Separable(string x, string name, string norm)
    {
        var depthwise = _weights[$"{name}.{BackboneNames.Depthwise}.weight"];
        x = Node(x, depthwise, bias: null, stride: 1, pad: 1, groups: depthwise.Shape[0]);
        return Convolution(x, $"{name}.{BackboneNames.Pointwise}", norm, stride: 1, pad: 0);
    }

    private string Convolution(string x, string name, string norm, int stride, int pad)
    {
        var (kernel, bias) = _weights.Folded(name, norm);
        return Node(x, kernel, bias, stride, pad, groups: 1);
    }

    private string Node(string x, WeightTensor kernel, float[]? bias, long stride, long pad, long groups)
    {
        string[] inputs = bias is null ? [x, Constant(kernel)] : [x, Constant(kernel), _graph.Constant(bias, bias.Length)];
        return _graph.Node(
            "Conv",
            inputs,
            Attribute("kernel_shape", [kernel.Shape[2], kernel.Shape[3]]),
            Attribute("strides", [stride, stride]),
            Attribute("pads", [pad, pad, pad, pad]),
            Attribute("group", groups));
    }

    private string Relu(string x) => _graph.Node("Relu", [x]);

    private string Constant(WeightTensor tensor) => _graph.Constant(tensor.Values, tensor.Shape);
}
