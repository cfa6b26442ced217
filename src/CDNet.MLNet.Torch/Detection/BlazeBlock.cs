using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Detection;

/// <summary><see cref="BlazeBlockSpec"/> as it is trained.</summary>
internal sealed class BlazeBlock : nn.Module<Tensor, Tensor>
{
    // Bytes in parts of this, less 1, are -1 to 1.
    private static readonly Scalar HalfOfByte = 127.5f;

    private readonly BlazeBlockSpec _spec;
    private readonly Separable _first;
    private readonly Separable? _second;

    public BlazeBlock(BlazeBlockSpec spec)
        : base(nameof(BlazeBlock))
    {
        _spec = spec;
        _first = new Separable(spec.Inputs, spec.Bottleneck > 0 ? spec.Bottleneck : spec.Outputs, spec.Stride);
        register_module("0", _first);
        if (spec.Bottleneck > 0)
        {
            _second = new Separable(spec.Bottleneck, spec.Outputs, stride: 1);
            register_module("1", _second);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _first.call(input);
        if (_second is not null)
            x = _second.call(nn.functional.relu(x));
        var skip = _spec.Stride == 2 ? nn.functional.max_pool2d(input, 2, 2) : input;
        if (_spec.Outputs > _spec.Inputs)
            skip = nn.functional.pad(skip, [0, 0, 0, 0, 0, _spec.Outputs - _spec.Inputs]);
        return nn.functional.relu(x.Plus(skip)).MoveToOuterDisposeScope();
    }

    /// <summary>What a stem takes of windows: float, -1 to 1.</summary>
    /// <param name="windows">uint8 [N,3,side,side].</param>
    public static Tensor Normalize(Tensor windows)
    {
        using var floats = ChannelsLast.Of(windows).to(ScalarType.Float32);
        using var shares = floats / HalfOfByte;
        return shares - Arithmetic.One;
    }

    private sealed class Separable : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d _depthwise;
        private readonly Conv2d _pointwise;
        private readonly BatchNorm2d _norm;

        public Separable(int inputs, int outputs, int stride)
            : base(nameof(Separable))
        {
            const int Kernel = BlazeBlockSpec.KernelSide;
            _depthwise = nn.Conv2d(inputs, inputs, Kernel, stride: stride, padding: Kernel / 2, groups: inputs, bias: false);
            _pointwise = nn.Conv2d(inputs, outputs, 1, bias: false);
            _norm = BatchNorms.Of(outputs);
            register_module(BlazeBlockSpec.Depthwise, _depthwise);
            register_module(BlazeBlockSpec.Pointwise, _pointwise);
            register_module(BlazeBlockSpec.Norm, _norm);
        }

        public override Tensor forward(Tensor input)
        {
            using var spread = _depthwise.call(input);
            using var mixed = PointwiseConvolution.Of(spread, _pointwise.weight!);
            return _norm.call(mixed);
        }
    }
}
