using CDNet.MLNet.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>An Xception-like network from normalised pictures [N,3,H,W] to vectors [N,outputs], as <see cref="BackboneSpec"/> describes it.</summary>
internal sealed class Backbone : nn.Module<Tensor, Tensor>
{
    private const float LeastScatter = 1e-12f;

    private readonly ComputePrecision _precision;
    private readonly Conv2d _stem1;
    private readonly BatchNorm2d _stem1Norm;
    private readonly Conv2d _stem2;
    private readonly BatchNorm2d _stem2Norm;
    private readonly ModuleList<ResidualBlock> _blocks;
    private readonly ModuleList<SeparableConvolution> _tail;
    private readonly ModuleList<BatchNorm2d> _tailNorms;
    private readonly int _stemPadding;

    public Backbone(BackboneSpec spec, ComputePrecision precision)
        : base(spec.Name)
    {
        _precision = precision;
        _stemPadding = spec.StemPadding;
        _stem1 = nn.Conv2d(3, spec.StemChannels, 3, stride: 2, padding: spec.StemPadding, bias: false);
        _stem1Norm = BatchNorms.Of(spec.StemChannels);
        _stem2 = nn.Conv2d(spec.StemChannels, spec.StemOutputs, 3, bias: false);
        _stem2Norm = BatchNorms.Of(spec.StemOutputs);
        _blocks = new([.. spec.Blocks.Select(block => new ResidualBlock(block, precision))]);
        _tail = new([.. spec.Tail.Select((outputs, i) => new SeparableConvolution(spec.TailInputs(i), outputs, precision))]);
        _tailNorms = new([.. spec.Tail.Select(outputs => BatchNorms.Of(outputs))]);
        register_module(BackboneNames.Stem1, _stem1);
        register_module(BackboneNames.Stem1Norm, _stem1Norm);
        register_module(BackboneNames.Stem2, _stem2);
        register_module(BackboneNames.Stem2Norm, _stem2Norm);
        register_module(BackboneNames.Blocks, _blocks);
        register_module(BackboneNames.Tail, _tail);
        register_module(BackboneNames.TailNorms, _tailNorms);
    }

    public override Tensor forward(Tensor input) => Run(input, null);

    /// <summary>The vector [N,outputs], and what its blocks and its tail show of each channel (<see cref="Sam.SamWidening"/>) [N,2 x channels].</summary>
    public (Tensor Vector, Tensor Statistics) Read(Tensor input)
    {
        using var scope = NewDisposeScope();
        var statistics = new List<Tensor>();
        var vector = Run(input, statistics);
        return (vector.MoveToOuterDisposeScope(), cat(statistics, 1).MoveToOuterDisposeScope());
    }

    private Tensor Run(Tensor input, List<Tensor>? statistics)
    {
        using var scope = NewDisposeScope();
        var x = _precision.Cast(input);
        x = nn.functional.relu(_stem1Norm.call(_precision.Convolve(x, _stem1.weight!, stride: 2, _stemPadding, groups: 1)));
        x = nn.functional.relu(_stem2Norm.call(_precision.Convolve(x, _stem2.weight!, stride: 1, pad: 0, groups: 1)));
        foreach (var block in _blocks)
        {
            x = block.call(x);
            if (statistics is not null)
                Add(x.mean([2, 3]), Scatter(x));
        }
        foreach (var (separable, norm) in _tail.Zip(_tailNorms))
            x = nn.functional.relu(norm.call(separable.call(x)));
        if (statistics is not null)
            Add(Scatter(x), x.amax([2, 3]));
        return x.mean([2, 3]).to(ScalarType.Float32).MoveToOuterDisposeScope();

        void Add(params ReadOnlySpan<Tensor> shown)
        {
            foreach (var tensor in shown)
                statistics.Add(tensor.to(ScalarType.Float32).MoveToOuterDisposeScope());
        }
    }

    /// <summary>The root of the summed squares of what pixels differ from the mean of their channel.</summary>
    private static Tensor Scatter(Tensor x)
    {
        var wide = x.to(ScalarType.Float32);
        // The root has no gradient at 0.
        return (wide - wide.mean([2, 3], keepdim: true)).square().sum([2, 3]).clamp_min(LeastScatter).sqrt();
    }
}
