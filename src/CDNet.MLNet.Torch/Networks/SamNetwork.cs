using CDNet.MLNet.Sam;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>The selective attention module with the stage-1 head (Figure 1 of the paper): 1,502,289 parameters.</summary>
/// <remarks>What a widened one adds (<see cref="SamWidening"/>) is no parameter either: only a fit changes its weights, but gradients go through what they weigh. The amplitudes are standardised with the mean and the deviation of the training set, which are no parameters.</remarks>
internal sealed class SamNetwork : FeatureNetwork
{
    private readonly Backbone _face;
    private readonly Backbone _part;
    private readonly Linear _projection;
    private bool _isWide;

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
        register_buffer(SamSpec.AmplitudeMean, zeros(SamSpec.AllAmplitudes));
        register_buffer(SamSpec.AmplitudeDeviation, ones(SamSpec.AllAmplitudes));
        Start(random);
    }

    /// <inheritdoc />
    public override Tensor Features(Tensor faces, Tensor parts, Tensor amplitudes)
    {
        using var scope = NewDisposeScope();
        var vector = Concatenate(faces, parts, amplitudes);
        if (!_isWide)
            return _projection.call(vector).MoveToOuterDisposeScope();
        var features = _projection.call(vector.narrow(1, 0, SamSpec.Concatenated));
        var along = vector.narrow(1, SamSpec.Concatenated, SamLayout.Beyond).matmul(Buffer(SamWidening.Weights));
        return (features + along * Buffer(SamWidening.Direction)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public override Func<Tensor, Tensor, Tensor, Tensor> Vector => Concatenate;

    /// <inheritdoc />
    public override Linear Projection => _projection;

    /// <inheritdoc />
    public override void Widen()
    {
        register_buffer(SamWidening.Weights, zeros(SamLayout.Beyond, 1).DetachFromDisposeScope());
        register_buffer(SamWidening.Direction, zeros(1, SamSpec.Features).DetachFromDisposeScope());
        _isWide = true;
    }

    private Tensor Concatenate(Tensor faces, Tensor parts, Tensor amplitudes)
    {
        using var scope = NewDisposeScope();
        var count = faces.shape[0];
        var standardized = (amplitudes - Buffer(SamSpec.AmplitudeMean)) / Buffer(SamSpec.AmplitudeDeviation);
        if (!_isWide)
            return cat([_face.call(Normalize(faces)), ByFace(_part.call(Normalize(parts))), standardized], 1).MoveToOuterDisposeScope();
        var (face, faceBlocks) = _face.Read(Normalize(faces));
        var (part, partBlocks) = _part.Read(Normalize(parts));
        return cat([face, ByFace(part), standardized, faceBlocks, ByFace(partBlocks)], 1).MoveToOuterDisposeScope();

        // Part by part [4N,...] becomes face by face [N,4...].
        Tensor ByFace(Tensor byPart) => byPart.reshape(SamSpec.Parts, count, -1).transpose(0, 1).reshape(count, -1);
    }

    /// <inheritdoc />
    public override void SetAmplitudeStatistics(float[] mean, float[] deviation)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Buffer(SamSpec.AmplitudeMean).copy_(tensor(mean));
        Buffer(SamSpec.AmplitudeDeviation).copy_(tensor(deviation));
    }

    // A field would keep what the network had before it went to a device: TorchSharp puts another tensor in the place of a buffer then.
    private Tensor Buffer(string name) => get_buffer(name)!;
}
