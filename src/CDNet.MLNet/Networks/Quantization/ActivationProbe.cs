using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;

namespace CDNet.MLNet.Networks.Quantization;

/// <summary>Adds outputs to a graph that say how large its tensors get.</summary>
/// <param name="graph">The graph, which is changed.</param>
internal sealed class ActivationProbe(GraphProto graph)
{
    /// <summary>The smallest number of a tensor of a batch, float [1].</summary>
    public string Least(string tensor) => Reduce("ReduceMin", tensor, []);

    /// <summary>The largest number of a tensor of a batch, float [1].</summary>
    public string Most(string tensor) => Reduce("ReduceMax", tensor, []);

    /// <summary>The largest absolute number of each channel of a tensor [N,channels,height,width], float [channels].</summary>
    public string ChannelSizes(string tensor)
        => Reduce("ReduceMax", Node("Abs", $"{tensor}.size", tensor), [OnnxGraphBuilder.Attribute("axes", 0, 2, 3)]);

    private string Reduce(string operatorType, string tensor, AttributeProto[] attributes)
    {
        var name = Node(operatorType, $"{tensor}.{operatorType}", tensor, [.. attributes, OnnxGraphBuilder.Attribute("keepdims", 0L)]);
        graph.Output.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)OnnxType.Float } } });
        return name;
    }

    private string Node(string operatorType, string name, string input, params AttributeProto[] attributes)
    {
        graph.Node.Add(OnnxGraphBuilder.NodeOf(operatorType, name, [input], attributes));
        return name;
    }
}
