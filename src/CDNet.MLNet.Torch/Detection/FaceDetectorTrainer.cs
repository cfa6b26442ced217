using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Networks;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>What the training of a detector gives.</summary>
/// <param name="Detector">The detector.</param>
/// <param name="People">Pictures with faces that scenes were made of.</param>
/// <param name="Places">Pictures without.</param>
/// <param name="Scenes">Scenes trained on.</param>
/// <param name="Loss">Mean loss of the last hundredth.</param>
/// <param name="Seconds">Time in all.</param>
/// <param name="Skipped">Pictures that were left out, and why.</param>
public sealed record DetectorTrainingReport(
    FaceDetectorModel Detector, int People, int Places, long Scenes, double Loss, double Seconds, IReadOnlyList<SkippedItem> Skipped);

/// <summary>Trains the library's own BlazeFace on scenes drawn from pictures that a reference detector has labelled.</summary>
/// <remarks>
/// Bazarevsky et al., "BlazeFace: Sub-millisecond neural face detection on mobile GPUs", 2019. The pictures stay in memory, about 0.2 MB each.
/// </remarks>
public static class FaceDetectorTrainer
{
    /// <summary>Trains.</summary>
    /// <param name="faces">Pictures of people. Where <c>../points/pts_N.csv</c> lies beside <c>img_N.jpg</c>, the reference's eyes are checked against it.</param>
    /// <param name="scenes">Pictures of places without people; may be empty.</param>
    /// <param name="reference">The detector that labels.</param>
    /// <param name="options">How to train; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">No picture has a face, or the loss is no number; or there is a checkpoint that was not asked for, or of other options or pictures.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DetectorTrainingReport Train(
        IReadOnlyList<string> faces, IReadOnlyList<string> scenes, FaceDetectorModel reference, FaceDetectorTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentNullException.ThrowIfNull(scenes);
        ArgumentNullException.ThrowIfNull(reference);
        return LabeledTraining.Run("detector", faces, scenes, reference, options, (labels, how, checkpoints) => Train(new SceneComposer(labels.People, labels.Places), how, checkpoints));
    }

    private static (FaceDetectorModel Detector, long Scenes, double Loss) Train(SceneComposer composer, FaceDetectorTrainingOptions options, SceneCheckpoints? checkpoints)
    {
        using var network = new CompactBlazeFaceNetwork(new Random(options.Seed));
        var (done, recent) = SceneTraining.Run(
            network, (seed, first) => SceneBatches.Draw(composer, seed, options.BatchSize, first), batch => Loss(network, batch, options.BatchSize),
            batch => network.call(Windows(batch, options.BatchSize)).Dispose(), options, checkpoints);
        return (FaceDetectorModel.FromBytes(CompactBlazeFaceGraph.Build(network.ToWeights()), "cdnet-blazeface"), done, recent);
    }

    private static Tensor Loss(CompactBlazeFaceNetwork network, SceneBatch batch, int count)
    {
        var labels = tensor(batch.Labels).reshape(count, CompactBlazeFace.Cells);
        var offsets = tensor(batch.Offsets).reshape(count, CompactBlazeFace.Cells, SceneTargets.Places);
        var sides = tensor(batch.Sides).reshape(count, CompactBlazeFace.Cells);
        return DetectorLoss.Of(network.call(Windows(batch, count)), labels, offsets, sides);
    }

    private static Tensor Windows(SceneBatch batch, int count)
        => tensor(batch.Windows, ScalarType.Byte).reshape(count, 3, CompactBlazeFace.InputSide, CompactBlazeFace.InputSide);
}
