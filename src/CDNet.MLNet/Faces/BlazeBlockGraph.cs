using CDNet.MLNet.Networks;
using static CDNet.MLNet.Onnx.OnnxGraphBuilder;

namespace CDNet.MLNet.Faces;

/// <summary><see cref="BlazeBlockSpec"/> as ONNX nodes.</summary>
internal static class BlazeBlockGraph
{
    /// <summary>Adds a block and returns what it gives.</summary>
    /// <param name="layers">The graph and the trained numbers.</param>
    /// <param name="spec">The block.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="name">The first part of the names of its tensors.</param>
    public static string Add(BackboneGraph layers, BlazeBlockSpec spec, string input, string name)
    {
        var x = Separable(layers, input, $"{name}.0", spec.Stride);
        if (spec.Bottleneck > 0)
            x = Separable(layers, layers.Relu(x), $"{name}.1", stride: 1);
        var skip = input;
        if (spec.Stride == 2)
            skip = layers.Graph.Node("MaxPool", [skip], Attribute("kernel_shape", [2, 2]), Attribute("strides", [2, 2]));
        if (spec.Outputs > spec.Inputs)
            skip = layers.Graph.Node("Pad", [skip, layers.Graph.Integers(0, 0, 0, 0, 0, spec.Outputs - spec.Inputs, 0, 0)]);
        return layers.Relu(layers.Graph.Node("Add", [x, skip]));
    }

    private static string Separable(BackboneGraph layers, string x, string name, int stride)
    {
        x = layers.Depthwise(x, $"{name}.{BlazeBlockSpec.Depthwise}", stride, BlazeBlockSpec.KernelSide / 2);
        return layers.Convolution(x, $"{name}.{BlazeBlockSpec.Pointwise}", $"{name}.{BlazeBlockSpec.Norm}", stride: 1, pad: 0);
    }
}
