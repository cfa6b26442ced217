using CDNet.MLNet.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>A residual block of separable convolutions, as <see cref="BlockSpec"/> describes it.</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly BlockSpec _spec;
    private readonly ComputePrecision _precision;
    private readonly ModuleList<SeparableConvolution> _separables = new();
    private readonly ModuleList<BatchNorm2d> _norms = new();
    private readonly Conv2d? _skip;
    private readonly BatchNorm2d? _skipNorm;

    public ResidualBlock(BlockSpec spec, ComputePrecision precision)
        : base(nameof(ResidualBlock))
    {
        _spec = spec;
        _precision = precision;
        for (var i = 0; i < spec.Repetitions; i++)
        {
            var (inputs, outputs) = spec.Channels(i);
            _separables.Add(new SeparableConvolution(inputs, outputs, precision));
            _norms.Add(BatchNorms.Of(outputs));
        }
        register_module(BackboneNames.Separables, _separables);
        register_module(BackboneNames.Norms, _norms);
        if (spec.HasSkipConvolution)
        {
            _skip = nn.Conv2d(spec.Inputs, spec.Outputs, 1, stride: spec.Stride, bias: false);
            _skipNorm = BatchNorms.Of(spec.Outputs);
            register_module(BackboneNames.Skip, _skip);
            register_module(BackboneNames.SkipNorm, _skipNorm);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input;
        for (var i = 0; i < _spec.Repetitions; i++)
        {
            if (i > 0 || _spec.StartsWithRelu)
                x = nn.functional.relu(x);
            x = _norms[i].call(_separables[i].call(x));
        }
        if (_spec.Stride > 1)
            x = nn.functional.max_pool2d(x, 3, _spec.Stride, 1);
        var skip = _skip is null
            ? input
            : _skipNorm!.call(_precision.Mix(input, _skip.weight!, _spec.Stride));
        return x.Plus(skip).MoveToOuterDisposeScope();
    }
}
