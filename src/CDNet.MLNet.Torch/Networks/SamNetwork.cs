using CDNet.MLNet.Sam;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>The selective attention module with the stage-1 head (Figure 1 of the paper): 1,502,289 parameters.</summary>
/// <remarks>The amplitudes are standardised with the mean and the deviation of the training set, which are no parameters.</remarks>
internal sealed class SamNetwork : FeatureNetwork
{
    private readonly Backbone _face;
    private readonly Backbone _part;
    private readonly Linear _projection;
    private readonly Tensor _amplitudeMean = zeros(SamSpec.AllAmplitudes);
    private readonly Tensor _amplitudeDeviation = ones(SamSpec.AllAmplitudes);

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="precision">What the convolutions compute in.</param>
    /// <param name="random">Source of the initial weights.</param>
    public SamNetwork(ComputePrecision precision, Random random)
        : base(SamGraph.Instance, headOutputs: 1)
    {
        _face = new Backbone(SamSpec.Face, precision);
        _part = new Backbone(SamSpec.Part, precision);
        _projection = nn.Linear(SamSpec.Concatenated, SamSpec.Features);
        register_module(SamSpec.Face.Name, _face);
        register_module(SamSpec.Part.Name, _part);
        register_module("projection", _projection);
        register_buffer(SamSpec.AmplitudeMean, _amplitudeMean);
        register_buffer(SamSpec.AmplitudeDeviation, _amplitudeDeviation);
        Start(random);
    }

    /// <inheritdoc />
    public override Tensor Features(Tensor faces, Tensor parts, Tensor amplitudes)
    {
        using var vector = Concatenate(faces, parts, amplitudes);
        return _projection.call(vector);
    }

    /// <inheritdoc />
    public override Func<Tensor, Tensor, Tensor, Tensor> Vector => Concatenate;

    /// <inheritdoc />
    public override Linear Projection => _projection;

    private Tensor Concatenate(Tensor faces, Tensor parts, Tensor amplitudes)
    {
        using var scope = NewDisposeScope();
        var count = faces.shape[0];
        var face = _face.call(Normalize(faces));
        var part = _part.call(Normalize(parts)).reshape(SamSpec.Parts, count, -1).transpose(0, 1).reshape(count, -1);
        var standardized = (amplitudes - _amplitudeMean) / _amplitudeDeviation;
        return cat([face, part, standardized], 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public override void SetAmplitudeStatistics(float[] mean, float[] deviation)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _amplitudeMean.copy_(tensor(mean));
        _amplitudeDeviation.copy_(tensor(deviation));
    }
}
