using CDNet.MLNet.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>Depthwise 3x3 with padding 1, then pointwise 1x1; no biases.</summary>
internal sealed class SeparableConvolution : nn.Module<Tensor, Tensor>
{
    private readonly ComputePrecision _precision;
    private readonly Conv2d _depthwise;
    private readonly Conv2d _pointwise;

    public SeparableConvolution(int inputs, int outputs, ComputePrecision precision)
        : base(nameof(SeparableConvolution))
    {
        _precision = precision;
        _depthwise = nn.Conv2d(inputs, inputs, 3, padding: 1, groups: inputs, bias: false);
        _pointwise = nn.Conv2d(inputs, outputs, 1, bias: false);
        register_module(BackboneNames.Depthwise, _depthwise);
        register_module(BackboneNames.Pointwise, _pointwise);
    }

    public override Tensor forward(Tensor input)
    {
        using var spread = _precision.Convolve(input, _depthwise.weight!, stride: 1, pad: 1, groups: input.shape[1]);
        return _precision.Mix(spread, _pointwise.weight!);
    }
}
