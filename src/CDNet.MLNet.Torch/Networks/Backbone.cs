using CDNet.MLNet.Sam;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>A small Xception-like network from normalised pictures [N,3,H,W] to vectors [N,256] (section 3.2 of the paper).</summary>
internal sealed class Backbone : nn.Module<Tensor, Tensor>
{
    private readonly ComputePrecision _precision;
    private readonly Conv2d _stem1;
    private readonly BatchNorm2d _stem1Norm;
    private readonly Conv2d _stem2;
    private readonly BatchNorm2d _stem2Norm;
    private readonly ModuleList<ResidualBlock> _blocks;
    private readonly SeparableConvolution _tail;
    private readonly BatchNorm2d _tailNorm;

    public Backbone(BackboneSpec spec, ComputePrecision precision)
        : base(spec.Name)
    {
        _precision = precision;
        _stem1 = nn.Conv2d(3, spec.StemChannels, 3, stride: 2, padding: 1, bias: false);
        _stem1Norm = nn.BatchNorm2d(spec.StemChannels, SamWeights.BatchNormEpsilon);
        _stem2 = nn.Conv2d(spec.StemChannels, spec.StemOutputs, 3, bias: false);
        _stem2Norm = nn.BatchNorm2d(spec.StemOutputs, SamWeights.BatchNormEpsilon);
        _blocks = new([.. spec.Blocks.Select(block => new ResidualBlock(block, precision))]);
        _tail = new SeparableConvolution(spec.Outputs, spec.Outputs, precision);
        _tailNorm = nn.BatchNorm2d(spec.Outputs, SamWeights.BatchNormEpsilon);
        register_module(BackboneNames.Stem1, _stem1);
        register_module(BackboneNames.Stem1Norm, _stem1Norm);
        register_module(BackboneNames.Stem2, _stem2);
        register_module(BackboneNames.Stem2Norm, _stem2Norm);
        register_module(BackboneNames.Blocks, _blocks);
        register_module(BackboneNames.Tail, _tail);
        register_module(BackboneNames.TailNorm, _tailNorm);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _precision.Cast(input);
        x = nn.functional.relu(_stem1Norm.call(_precision.Convolve(x, _stem1.weight!, stride: 2, pad: 1, groups: 1)));
        x = nn.functional.relu(_stem2Norm.call(_precision.Convolve(x, _stem2.weight!, stride: 1, pad: 0, groups: 1)));
        foreach (var block in _blocks)
            x = block.call(x);
        x = nn.functional.relu(_tailNorm.call(_tail.call(x)));
        return x.mean([2, 3]).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
