using CDNet.MLNet.Networks;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>Xception with a head for two classes (the baseline of the paper's Table 2): 20,811,050 parameters. It reads the face alone and starts from random weights.</summary>
internal sealed class XceptionNetwork : FeatureNetwork
{
    private readonly Backbone _backbone;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="precision">What the convolutions compute in.</param>
    /// <param name="random">Source of the initial weights.</param>
    public XceptionNetwork(ComputePrecision precision, Random random)
        : base(XceptionGraph.Instance, headOutputs: 2)
    {
        _backbone = new Backbone(XceptionGraph.Spec, precision);
        register_module(XceptionGraph.Spec.Name, _backbone);
        Start(random);
    }

    /// <inheritdoc />
    public override Tensor Features(Tensor faces, Tensor parts, Tensor amplitudes)
    {
        using var scope = NewDisposeScope();
        return _backbone.call(Normalize(faces)).MoveToOuterDisposeScope();
    }
}
