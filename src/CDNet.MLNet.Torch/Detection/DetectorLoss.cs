using CDNet.MLNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>How wrong the cells are: the focal loss of their logits, and the distance of boxes and points in sides of the face.</summary>
/// <remarks>Lin et al., "Focal loss for dense object detection", 2017, Eq. 5, with its alpha 0.25 and gamma 2.</remarks>
internal static class DetectorLoss
{
    private const float Alpha = 0.25f;

    private static readonly Scalar FaceWeight = Alpha;
    private static readonly Scalar RestWeight = 1 - Alpha;

    // Below this share of the face's side the distance counts squared.
    private const double Near = 0.01;
    private static readonly Scalar PlaceWeight = 10;

    /// <summary>The loss of a batch, in the mean over the cells that hold a face.</summary>
    /// <param name="outputs">float [N, cells, 17], what the network gives.</param>
    /// <param name="labels">float [N, cells]: 1, 0, or -1 for either.</param>
    /// <param name="offsets">float [N, cells, 16].</param>
    /// <param name="sides">float [N, cells], above 0.</param>
    public static Tensor Of(Tensor outputs, Tensor labels, Tensor offsets, Tensor sides)
    {
        using var scope = NewDisposeScope();
        var isFace = labels.eq(Arithmetic.One).to(ScalarType.Float32);
        var count = isFace.sum().clamp_min(Arithmetic.One);
        var logits = outputs.select(2, 0);
        var entropy = nn.functional.binary_cross_entropy_with_logits(logits, isFace, reduction: nn.Reduction.None);
        var probability = logits.sigmoid();
        var missed = (isFace * probability.Opposite()).Plus(isFace.Opposite() * probability);
        var balance = (isFace * FaceWeight).Plus(isFace.Opposite() * RestWeight);
        var focal = (labels.ge(Arithmetic.Zero).to(ScalarType.Float32) * balance * missed * missed * entropy).sum() / count;

        var distances = (outputs.narrow(2, 1, SceneTargets.Places) - offsets) / sides.unsqueeze(2);
        var places = (nn.functional.smooth_l1_loss(distances, zeros_like(distances), reduction: nn.Reduction.None, beta: Near).mean([2]) * isFace).sum() / count;
        return focal.Plus(places * PlaceWeight).MoveToOuterDisposeScope();
    }
}
