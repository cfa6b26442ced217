using CDNet.MLNet.Cluster;
using CDNet.MLNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Training;

/// <summary>The loss of stage 2 (Eq. 2 and 3, or cross entropy) and the movement of the centres (Eq. 4, or none).</summary>
internal sealed class ClusterLoss : IDisposable
{
    // As in Eq. 3 the unit is the distance of the centres; at one of them a face is fake, or real, with a probability of 0.88.
    private static readonly Scalar LogOddsAtCentre = 2;
    private static readonly Scalar LeastShare = ClusterDecision.LeastShare;

    private readonly Scalar _beta;
    private readonly Scalar _alpha;
    private readonly Scalar _kept;
    private readonly CentreGradient _gradient;
    private readonly ClusterLossForm _loss;
    private readonly ClusterScoreForm _form;
    private readonly ClassWeights? _weights;

    /// <summary>Starts from given centres, float [n] each.</summary>
    public ClusterLoss(Tensor fakeCentre, Tensor realCentre, SamFeatureOptions options, ClassWeights? weights = null)
    {
        _weights = weights;
        FakeCentre = fakeCentre.clone().DetachFromDisposeScope();
        RealCentre = realCentre.clone().DetachFromDisposeScope();
        (_beta, _alpha, _kept) = (options.Beta, options.Alpha, 1 - options.Alpha);
        (_gradient, _loss, _form) = (options.CentreGradient, options.ClusterLoss, options.ScoreForm);
    }

    /// <summary>The centre CF of the fakes.</summary>
    public Tensor FakeCentre { get; }

    /// <summary>The centre CR of the reals.</summary>
    public Tensor RealCentre { get; }

    /// <summary>L of Eq. 3 for a batch, or its cross entropy.</summary>
    /// <param name="features">F, float [N,n].</param>
    /// <param name="labels">float [N]: 1 for fake, 0 for real.</param>
    /// <returns>The loss, and how many rows have a gradient: those outside their margin, or all.</returns>
    public (Tensor Loss, long Active) Compute(Tensor features, Tensor labels)
        => _loss == ClusterLossForm.Logistic ? (CrossEntropy(features, labels), features.shape[0]) : Margin(features, labels);

    private Tensor CrossEntropy(Tensor features, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var logOdds = Scores(features, ClusterScoreForm.Difference) * LogOddsAtCentre / BetweenCentres();
        return nn.functional.binary_cross_entropy_with_logits(logOdds, labels, _weights?.Of(labels)).MoveToOuterDisposeScope();
    }

    private (Tensor Loss, long Active) Margin(Tensor features, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var own = (labels.unsqueeze(1) * FakeCentre).Plus(labels.Opposite().unsqueeze(1) * RealCentre);
        var distances = (features - own).square().sum(1);
        var separation = Separation(features, labels);
        var hinges = nn.functional.relu(distances - separation * _beta);
        var active = hinges.gt(Arithmetic.Zero).sum().item<long>();
        if (_weights is { } weights)
            hinges *= weights.Of(labels);
        return ((hinges.mean() / separation).MoveToOuterDisposeScope(), active);
    }

    /// <summary>Scores of features, as <see cref="ClusterDecision"/> gives them.</summary>
    /// <param name="features">F, float [N,n].</param>
    /// <returns>float [N].</returns>
    public Tensor Scores(Tensor features) => Scores(features, _form);

    private Tensor Scores(Tensor features, ClusterScoreForm form)
    {
        var toFake = (features - FakeCentre).square().sum(1);
        var toReal = (features - RealCentre).square().sum(1);
        if (form == ClusterScoreForm.Difference)
            return toReal - toFake;
        var sum = toFake.Plus(toReal);
        var least = sum * LeastShare;
        return sum / maximum(toFake, least) - sum / maximum(toReal, least);
    }

    /// <summary>Moves the centres towards the batch's class means; a class that the batch lacks stays where it is. Cross entropy says where the features go and would drag the centres along: there they stay.</summary>
    public void MoveCentres(Tensor features, Tensor labels)
    {
        if (_loss == ClusterLossForm.Logistic)
            return;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        if (Mean(features, labels) is { } fakeMean)
            FakeCentre.mul_(_kept).add_(fakeMean, _alpha);
        if (Mean(features, labels.Opposite()) is { } realMean)
            RealCentre.mul_(_kept).add_(realMean, _alpha);
    }

    public void Dispose()
    {
        FakeCentre.Dispose();
        RealCentre.Dispose();
        _beta.Dispose();
        _alpha.Dispose();
        _kept.Dispose();
    }

    /// <summary>What stands for |CF - CR|^2 in Eq. 2 and 3.</summary>
    private Tensor Separation(Tensor features, Tensor labels)
    {
        var ofCentres = BetweenCentres();
        return _gradient == CentreGradient.BatchMeans && Mean(features, labels) is { } fakeMean && Mean(features, labels.Opposite()) is { } realMean
            ? ofCentres.Plus((fakeMean - realMean).square().sum()) * Arithmetic.Half
            : ofCentres;
    }

    /// <summary>|CF - CR|^2.</summary>
    private Tensor BetweenCentres() => (FakeCentre - RealCentre).square().sum();

    /// <summary>Mean of the rows whose weight is 1, or null where there are none.</summary>
    private static Tensor? Mean(Tensor features, Tensor weights)
    {
        var count = weights.sum();
        // The dimension is named because a literal 0 alone is taken as the element type 0.
        return count.item<float>() == 0 ? null : (features * weights.unsqueeze(1)).sum(dim: 0) / count;
    }
}
