using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>The trained side of <see cref="KeypointSpec"/>.</summary>
internal sealed class KeypointNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _stem;
    private readonly BatchNorm2d _stemNorm;
    private readonly List<BlazeBlock> _blocks;
    private readonly Conv2d _squeeze;
    private readonly Linear _head;

    public KeypointNetwork(Random random)
        : base(nameof(KeypointNetwork))
    {
        const int Kernel = BlazeBlockSpec.KernelSide;
        _stem = nn.Conv2d(3, KeypointSpec.StemOutputs, Kernel, stride: 2, padding: Kernel / 2, bias: false);
        _stemNorm = BatchNorms.Of(KeypointSpec.StemOutputs);
        _blocks = [.. KeypointSpec.Blocks.Select(spec => new BlazeBlock(spec))];
        _squeeze = nn.Conv2d(KeypointSpec.Blocks[^1].Outputs, KeypointSpec.HeadChannels, 1);
        _head = nn.Linear(KeypointSpec.HeadChannels * KeypointSpec.Grid * KeypointSpec.Grid, FaceKeypoints.Length);
        register_module(KeypointSpec.Stem, _stem);
        register_module(KeypointSpec.StemNorm, _stemNorm);
        register_module(KeypointSpec.Body, new ModuleList<BlazeBlock>([.. _blocks]));
        register_module(KeypointSpec.Squeeze, _squeeze);
        register_module(KeypointSpec.Head, _head);
        WeightInitialization.Apply(this, random);
        using var guard = no_grad();
        _squeeze.bias!.zero_();
        // All points begin in the middle.
        _head.bias!.fill_(0.5f);
    }

    /// <summary>Where the points are.</summary>
    /// <param name="windows">uint8 [N,3,80,80].</param>
    /// <returns>float [N,12]: x and y of the six points as fractions of the window.</returns>
    public override Tensor forward(Tensor windows)
    {
        using var scope = NewDisposeScope();
        var x = nn.functional.relu(_stemNorm.call(_stem.call(BlazeBlock.Normalize(windows))));
        foreach (var block in _blocks)
            x = block.call(x);
        // Row by row within a channel, as the graph flattens.
        return _head.call(nn.functional.relu(PointwiseConvolution.Of(x, _squeeze.weight!, _squeeze.bias)).contiguous().flatten(1)).MoveToOuterDisposeScope();
    }
}
