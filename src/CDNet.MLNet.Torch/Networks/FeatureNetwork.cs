using CDNet.MLNet.Decision;
using CDNet.MLNet.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Networks;

/// <summary>A network that is trained: from the crops of faces and their amplitudes to features, with the head of stage 1. One derived class a network.</summary>
/// <remarks>Crops go in as bytes and are normalised here, so that a batch travels to the device as a quarter of its floats.</remarks>
internal abstract class FeatureNetwork : nn.Module
{
    private const string HeadName = "head";

    private readonly Linear _head;
    private readonly Tensor _factors;
    private readonly Tensor _offsets;

    /// <summary>Builds the head; the derived class registers its own modules, then calls <see cref="Start"/>.</summary>
    /// <param name="graph">The scoring side.</param>
    /// <param name="headOutputs">1: the head gives the logit of fake. 2: it gives those of real and of fake.</param>
    protected FeatureNetwork(FeatureGraph graph, int headOutputs)
        : base(graph.Name)
    {
        Graph = graph;
        _head = nn.Linear(graph.Features, headOutputs);
        using var scope = NewDisposeScope();
        _factors = tensor(new[] { ImageNormalization.Factor(0), ImageNormalization.Factor(1), ImageNormalization.Factor(2) }).reshape(1, 3, 1, 1).DetachFromDisposeScope();
        _offsets = tensor(new[] { ImageNormalization.Offset(0), ImageNormalization.Offset(1), ImageNormalization.Offset(2) }).reshape(1, 3, 1, 1).DetachFromDisposeScope();
    }

    /// <summary>The scoring side: name, length of the features, cost, ONNX model.</summary>
    public FeatureGraph Graph { get; }

    /// <summary>Length of the feature vector.</summary>
    public int FeatureCount => Graph.Features;

    /// <summary>Numbers that are trained, the stage-1 head included.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>The features F (Eq. 1).</summary>
    /// <param name="faces">uint8 [N,3,H,W].</param>
    /// <param name="parts">uint8 [4N,3,h,w]: all right eyes, then all left eyes, noses and mouths.</param>
    /// <param name="amplitudes">float [N,640]: of the face, then of the parts.</param>
    /// <returns>float [N, <see cref="FeatureCount"/>].</returns>
    public abstract Tensor Features(Tensor faces, Tensor parts, Tensor amplitudes);

    /// <summary>
    /// Gives the vector in which the parts of a face still stand side by side, float [N, length], from what <see cref="Features"/> takes, before they are mixed into the features; null where the network has none.
    /// </summary>
    public virtual Func<Tensor, Tensor, Tensor, Tensor>? Vector => null;

    /// <summary>The layer that mixes that vector into the features; null where the network has none.</summary>
    public virtual Linear? Projection => null;

    /// <summary>The stage-1 head: logits [N] of fake from features. Of two outputs, it is their difference.</summary>
    public Tensor Logits(Tensor features)
    {
        using var scope = NewDisposeScope();
        var outputs = _head.call(features);
        var logits = outputs.shape[1] == 1 ? outputs.squeeze(1) : outputs.select(1, 1) - outputs.select(1, 0);
        return logits.MoveToOuterDisposeScope();
    }

    /// <summary>The loss of stage 1: binary cross entropy on the logits. With two outputs it is their cross entropy, which is the same number.</summary>
    /// <param name="features">Features of a batch.</param>
    /// <param name="labels">float [N]: 1 for fake, 0 for real.</param>
    /// <param name="weights">float [N]: how much each row counts; the same where null.</param>
    public Tensor HeadLoss(Tensor features, Tensor labels, Tensor? weights = null)
        => nn.functional.binary_cross_entropy_with_logits(Logits(features), labels, weights);

    /// <summary>The stage-1 head as scoring takes it.</summary>
    public FullyConnectedHead ToHead()
    {
        var weights = _head.weight!.ToFloats();
        var bias = _head.bias!.ToFloats();
        return bias.Length == 1
            ? new FullyConnectedHead(weights, bias[0])
            : new FullyConnectedHead([.. Enumerable.Range(0, FeatureCount).Select(i => weights[FeatureCount + i] - weights[i])], bias[1] - bias[0]);
    }

    /// <summary>Sets the stage-1 head so that its logits are those of a head for scoring. With two outputs that of real is 0.</summary>
    public void SetHead(FullyConnectedHead head)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var last = (int)_head.bias!.shape[0] - 1;
        _head.weight!.zero_();
        _head.bias.zero_();
        _head.weight[last].copy_(tensor(head.Weights));
        _head.bias[last].copy_(tensor(head.Bias));
    }

    /// <summary>Sets what the amplitudes are standardised with: one mean and one deviation above 0 for each of the 640. Nothing where they are not read.</summary>
    public virtual void SetAmplitudeStatistics(float[] mean, float[] deviation)
    {
    }

    /// <summary>Lets the last layer read every block too, with weights of 0 at first. Networks without a layer that could do nothing.</summary>
    public virtual void Widen()
    {
    }

    /// <summary>Registers what is common behind the modules of the derived class, and draws the initial weights of all.</summary>
    protected void Start(Random random)
    {
        register_module(HeadName, _head);
        register_buffer("factors", _factors, persistent: false);
        register_buffer("offsets", _offsets, persistent: false);
        WeightInitialization.Apply(this, random);
    }

    /// <summary>Pictures as the backbones take them, from bytes.</summary>
    protected Tensor Normalize(Tensor bytes)
    {
        // A channels-last layout makes the convolutions 2 to 3 times faster on processors.
        var pixels = ChannelsLast.Of(bytes).to(ScalarType.Float32);
        return (pixels * _factors.to(pixels.device)).Plus(_offsets.to(pixels.device));
    }
}
