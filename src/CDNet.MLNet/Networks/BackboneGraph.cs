using CDNet.MLNet.Onnx;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Networks;

/// <summary>The parts that networks have in common as ONNX nodes, with batch norms folded into the convolutions.</summary>
/// <param name="graph">Where the nodes go.</param>
/// <param name="weights">The trained numbers.</param>
internal sealed class BackboneGraph(OnnxGraphBuilder graph, NetworkWeights weights)
{
    private readonly Dictionary<string, string> _constants = [];

    /// <summary>The graph, for nodes that only one network has.</summary>
    public OnnxGraphBuilder Graph => graph;

    /// <summary>Which constant of the graph holds which trained tensor: of a convolution with a batch norm the folded kernel, and as the norm's bias what is left of it.</summary>
    public IReadOnlyDictionary<string, string> Constants => _constants;

    /// <summary>Declares the input of a crop column, uint8 [3,side,side].</summary>
    /// <returns>The crops [N,3,side,side].</returns>
    public string Crop(string column, int side) => graph.RowInput(FeatureSignature.Input(column), OnnxType.UInt8, 3, side, side);

    /// <summary>A trained tensor as a constant.</summary>
    public string Constant(string name) => Constant(name, weights[name]);

    /// <summary>Bytes as the networks take them.</summary>
    public string Normalize(string bytes)
    {
        float[] factors = [ImageNormalization.Factor(0), ImageNormalization.Factor(1), ImageNormalization.Factor(2)];
        float[] offsets = [ImageNormalization.Offset(0), ImageNormalization.Offset(1), ImageNormalization.Offset(2)];
        var pixels = graph.Node("Cast", [bytes], Attribute("to", (long)OnnxType.Float));
        var scaled = graph.Node("Mul", [pixels, graph.Constant(factors, 3, 1, 1)]);
        return graph.Node("Add", [scaled, graph.Constant(offsets, 3, 1, 1)]);
    }

    /// <summary>The features [N,length], or NaN where the face crop is all zero.</summary>
    public string NanWithoutFace(string face, string features)
    {
        var pixels = graph.Node("Cast", [graph.Node("Flatten", [face], Attribute("axis", 1))], Attribute("to", (long)OnnxType.Float));
        var brightest = graph.Node("ReduceMax", [pixels], Attribute("axes", [1]), Attribute("keepdims", 1));
        var isFace = graph.Node("Greater", [brightest, graph.Constant([0f])]);
        return graph.Node("Where", [isFace, features, graph.Constant([float.NaN])]);
    }

    /// <summary>A backbone from normalised pictures [N,3,side,side] to vectors [N,outputs].</summary>
    public string Backbone(BackboneSpec spec, string x)
    {
        string Named(string layer) => $"{spec.Name}.{layer}";
        x = Relu(Convolution(x, Named(BackboneNames.Stem1), Named(BackboneNames.Stem1Norm), stride: 2, spec.StemPadding));
        x = Relu(Convolution(x, Named(BackboneNames.Stem2), Named(BackboneNames.Stem2Norm), stride: 1, pad: 0));
        for (var i = 0; i < spec.Blocks.Count; i++)
            x = Block(spec.Blocks[i], x, Named($"{BackboneNames.Blocks}.{i}"));
        for (var i = 0; i < spec.Tail.Count; i++)
            x = Relu(Separable(x, Named($"{BackboneNames.Tail}.{i}"), Named($"{BackboneNames.TailNorms}.{i}")));
        return graph.Node("Flatten", [graph.Node("GlobalAveragePool", [x])], Attribute("axis", 1));
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
            x = graph.Node(
                "MaxPool", [x], Attribute("kernel_shape", [3, 3]), Attribute("strides", [spec.Stride, spec.Stride]), Attribute("pads", [1, 1, 1, 1]));
        }
        var skip = spec.HasSkipConvolution
            ? Convolution(input, $"{name}.{BackboneNames.Skip}", $"{name}.{BackboneNames.SkipNorm}", spec.Stride, pad: 0)
            : input;
        return graph.Node("Add", [x, skip]);
    }

    /// <summary>A convolution of each channel for itself, without a bias.</summary>
    public string Depthwise(string x, string name, int stride, int pad)
    {
        var kernel = weights[name + ".weight"];
        return Node(x, kernel, [Constant(name + ".weight", kernel)], stride, pad, groups: kernel.Shape[0]);
    }

    /// <summary>A convolution with the batch norm behind it.</summary>
    public string Convolution(string x, string name, string norm, int stride, int pad)
    {
        var (kernel, bias) = weights.Folded(name, norm);
        return Node(x, kernel, [Constant(name + ".weight", kernel), Constant(norm + ".bias", new WeightTensor([bias.Length], bias))], stride, pad, groups: 1);
    }

    /// <summary>max(x, 0).</summary>
    public string Relu(string x) => graph.Node("Relu", [x]);

    private string Separable(string x, string name, string norm)
    {
        x = Depthwise(x, $"{name}.{BackboneNames.Depthwise}", stride: 1, pad: 1);
        return Convolution(x, $"{name}.{BackboneNames.Pointwise}", norm, stride: 1, pad: 0);
    }

    private string Node(string x, WeightTensor kernel, string[] constants, long stride, long pad, long groups)
        => graph.Node(
            "Conv",
            [x, .. constants],
            Attribute("kernel_shape", [kernel.Shape[2], kernel.Shape[3]]),
            Attribute("strides", [stride, stride]),
            Attribute("pads", [pad, pad, pad, pad]),
            Attribute("group", groups));

    private string Constant(string name, WeightTensor tensor) => _constants[name] = graph.Constant(tensor.Values, tensor.Shape);
}
