using CDNet.MLNet.Sam;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>The selective attention module with the stage-1 head (Figure 1 of the paper): 1,502,289 parameters.</summary>
/// <remarks>
/// Crops go in as bytes and are normalised here, so that a batch travels to the device as a quarter of its floats. The amplitudes are
/// standardised with the mean and the deviation of the training set, which are no parameters.
/// </remarks>
internal sealed class SamNetwork : nn.Module
{
    private readonly Backbone _face;
    private readonly Backbone _part;
    private readonly Linear _projection;
    private readonly Linear _head;
    private readonly Tensor _factors;
    private readonly Tensor _offsets;
    private readonly Tensor _amplitudeMean = zeros(SamSpec.AllAmplitudes);
    private readonly Tensor _amplitudeDeviation = ones(SamSpec.AllAmplitudes);

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="precision">What the convolutions compute in.</param>
    /// <param name="random">Source of the initial weights.</param>
    public SamNetwork(ComputePrecision precision, Random random)
        : base(nameof(SamNetwork))
    {
        _face = new Backbone(SamSpec.Face, precision);
        _part = new Backbone(SamSpec.Part, precision);
        _projection = nn.Linear(SamSpec.Concatenated, SamSpec.Features);
        _head = nn.Linear(SamSpec.Features, 1);
        _factors = tensor(new[] { ImageNormalization.Factor(0), ImageNormalization.Factor(1), ImageNormalization.Factor(2) }).reshape(1, 3, 1, 1);
        _offsets = tensor(new[] { ImageNormalization.Offset(0), ImageNormalization.Offset(1), ImageNormalization.Offset(2) }).reshape(1, 3, 1, 1);
        register_module(SamSpec.Face.Name, _face);
        register_module(SamSpec.Part.Name, _part);
        register_module("projection", _projection);
        register_module("head", _head);
        register_buffer("factors", _factors, persistent: false);
        register_buffer("offsets", _offsets, persistent: false);
        register_buffer(SamWeights.AmplitudeMean, _amplitudeMean);
        register_buffer(SamWeights.AmplitudeDeviation, _amplitudeDeviation);
        WeightInitialization.Apply(this, random);
    }

    /// <summary>The features F (Eq. 1).</summary>
    /// <param name="faces">uint8 [N,3,H,W].</param>
    /// <param name="parts">uint8 [4N,3,h,w]: all right eyes, then all left eyes, noses and mouths.</param>
    /// <param name="amplitudes">float [N,640]: of the face, then of the parts.</param>
    /// <returns>float [N,200].</returns>
    public Tensor Features(Tensor faces, Tensor parts, Tensor amplitudes)
    {
        using var scope = NewDisposeScope();
        var count = faces.shape[0];
        var face = _face.call(Normalize(faces));
        var part = _part.call(Normalize(parts)).reshape(SamSpec.Parts, count, -1).transpose(0, 1).reshape(count, -1);
        var standardized = (amplitudes - _amplitudeMean) / _amplitudeDeviation;
        return _projection.call(cat([face, part, standardized], 1)).MoveToOuterDisposeScope();
    }

    /// <summary>The stage-1 head: logits [N] of fake from features [N,200].</summary>
    public Tensor Logits(Tensor features) => _head.call(features).squeeze(1);

    /// <summary>Sets what the amplitudes are standardised with: one mean and one deviation above 0 for each of the 640.</summary>
    public void SetAmplitudeStatistics(float[] mean, float[] deviation)
    {
        using var guard = no_grad();
        _amplitudeMean.copy_(tensor(mean));
        _amplitudeDeviation.copy_(tensor(deviation));
    }

    /// <summary>Copies the numbers that scoring needs.</summary>
    public SamWeights ToWeights()
    {
        var tensors = new Dictionary<string, WeightTensor>();
        foreach (var (name, value) in state_dict())
        {
            if (value.dtype == ScalarType.Float32)
                tensors[name] = new WeightTensor(value.shape, [.. value.detach().cpu().contiguous().data<float>()]);
        }
        return new SamWeights(tensors);
    }

    private Tensor Normalize(Tensor bytes)
    {
        // A channels-last layout makes the convolutions 2 to 3 times faster on processors.
        var pixels = ChannelsLast.Of(bytes).to(ScalarType.Float32);
        return pixels * _factors + _offsets;
    }
}
