using CDNet.MLNet.Cluster;
using CDNet.MLNet.Decision;
using CDNet.MLNet.Networks;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>A saved model from which a training goes on (fine-tuning): its network, and a head that decides as it does.</summary>
/// <param name="Tensors">The network's numbers, batch norms folded into the convolutions before them.</param>
/// <param name="Head">The stage-1 head.</param>
/// <param name="Centres">The class centres; null where it decides by a head.</param>
/// <param name="Sha256">SHA-256 of the zip in hexadecimal digits.</param>
internal sealed record StartingModel(IReadOnlyDictionary<string, WeightTensor> Tensors, FullyConnectedHead Head, ClusterCentres? Centres, string Sha256)
{
    // The logit at a centre. A head this sure leaves the loss of the faces in between to be worked on.
    private const float LogitAtCentre = 2;

    /// <summary>Reads a model.</summary>
    /// <param name="path">The zip, or the name of the model that comes with the library.</param>
    /// <param name="network">The network that is to go on from it; it is widened where the model is.</param>
    /// <param name="signature">Sizes of the crops.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no model, or one of another version.</exception>
    /// <exception cref="ArgumentException">It has another network, or decides in a way from which no head can be made.</exception>
    public static StartingModel Load(string path, FeatureNetwork network, FeatureSignature signature)
    {
        using var model = CDNetModel.Open(path);
        if (model.Network != network.Graph.Name)
        {
            throw new ArgumentException(
                $"{nameof(SamFeatureOptions.StartFrom)} is {path}, whose network is {model.Network ?? "not one of this library"}; {nameof(SamFeatureOptions.Network)} is {network.Graph.Name}.", nameof(path));
        }
        var head = model.Head ?? (model.Centres is { } centres ? HeadOf(centres) : null)
            ?? throw new ArgumentException($"{nameof(SamFeatureOptions.StartFrom)} is {path}, which has neither centres nor a fully connected head.", nameof(path));
        using var zip = CDNetModel.OpenZip(path);
        var saved = ModelArchive.Read(zip, path).FindWith(FeatureGraph.TrainingKey) ?? throw new InvalidDataException($"{path}: it has no network.");
        if (model.IsWide)
            network.Widen();
        return new StartingModel(SavedNetwork.Read(saved, network.Graph, network.ToWeights(), signature, path), head, model.Centres, model.Sha256);
    }

    /// <summary>Gives a network the saved numbers. It computes what the saved one does, in evaluation mode; <see cref="Unfold"/> comes before a step.</summary>
    public void CopyTo(FeatureNetwork network)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var targets = network.NamedTensors();
        foreach (var (name, numbers) in Tensors)
            targets[name].copy_(tensor(numbers.Values).reshape(numbers.Shape));
        foreach (var norm in network.Layers<BatchNorm2d>())
        {
            norm.weight!.fill_(1);
            norm.running_mean!.fill_(0);
            norm.running_var!.fill_(1 - NetworkWeights.BatchNormEpsilon);
        }
        network.SetHead(Head);
    }

    /// <summary>
    /// Takes the batch norms out of the convolutions again. What reaches each of them is measured; it becomes the norm's statistics, and scale and shift undo them. So the network computes what it did, and in a
    /// step, with the batch's own statistics, nearly so.
    /// </summary>
    /// <param name="network">The network behind <see cref="CopyTo"/>.</param>
    /// <param name="pass">Sends some training rows through it in evaluation mode.</param>
    public static void Unfold(FeatureNetwork network, Action pass)
    {
        using var guard = no_grad();
        var norms = network.Layers<BatchNorm2d>().ToArray();
        var meters = norms.Select(norm => new InputMeter(norm)).ToArray();
        network.eval();
        pass();
        foreach (var (norm, meter) in norms.Zip(meters))
        {
            using (meter)
            {
                using var scope = NewDisposeScope();
                var (mean, variance) = meter.MeanAndVariance();
                var scale = norm.weight! / (norm.running_var! + NetworkWeights.BatchNormEpsilon).sqrt();
                norm.bias!.add_(scale * (mean - norm.running_mean!));
                norm.weight!.copy_(scale * (variance + NetworkWeights.BatchNormEpsilon).sqrt());
                norm.running_mean!.copy_(mean);
                norm.running_var!.copy_(variance);
            }
        }
    }

    /// <summary>The distances' difference |F-CR|^2 - |F-CF|^2 is linear in F, so a fully connected head can decide like the centres (Eq. 5).</summary>
    private static FullyConnectedHead HeadOf(ClusterCentres centres)
    {
        var scale = (float)(LogitAtCentre / Math.Max(centres.SquaredDistance, 1e-12));
        float[] weights = [.. centres.Fake.Zip(centres.Real, (fake, real) => 2 * scale * (fake - real))];
        double Square(float[] values) => values.Sum(value => (double)value * value);
        return new FullyConnectedHead(weights, (float)(scale * (Square(centres.Real) - Square(centres.Fake))));
    }

    /// <summary>Sums up what reaches a batch norm, channel by channel.</summary>
    private sealed class InputMeter : IDisposable
    {
        private readonly Action _removeHook;
        private readonly Tensor _sum;
        private readonly Tensor _squares;
        private long _count;

        public InputMeter(BatchNorm2d norm)
        {
            _sum = zeros_like(norm.running_mean!, ScalarType.Float64);
            _squares = zeros_like(_sum);
            _removeHook = norm.register_forward_pre_hook((_, input) =>
            {
                using var scope = NewDisposeScope();
                var values = input.to(ScalarType.Float32);
                _sum.add_(values.mean([0, 2, 3]).to(ScalarType.Float64) * Pixels(input));
                _squares.add_(values.square().mean([0, 2, 3]).to(ScalarType.Float64) * Pixels(input));
                _count += Pixels(input);
                return input;
            }).remove;
        }

        public (Tensor Mean, Tensor Variance) MeanAndVariance()
        {
            var mean = _sum / _count;
            return (mean.to(ScalarType.Float32), (_squares / _count - mean.square()).clamp_min(0).to(ScalarType.Float32));
        }

        public void Dispose()
        {
            _removeHook();
            _sum.Dispose();
            _squares.Dispose();
        }

        private static long Pixels(Tensor input) => input.shape[0] * input.shape[2] * input.shape[3];
    }
}
