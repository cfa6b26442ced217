using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Networks;
using static TorchSharp.torch;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>Trains the network by which a detector measures key points at a second look (<see cref="FacePartCropOptions.SecondLook"/>), on faces of pictures that a reference detector has labelled.</summary>
/// <remarks>It takes a window of 1.3 sides of the detector's box, 80x80 pixels, and is saved with the detector in one file. The pictures stay in memory, about 0.2 MB each.</remarks>
public static class KeypointTrainer
{
    // Below this share of the box's side the distance counts squared.
    private const double Near = 0.01;

    // No crop hangs on the ears, which hair often hides.
    private const float EarWeight = 0.25f;
    private const int EarNumbers = 4;

    /// <summary>Trains.</summary>
    /// <param name="detector">The detector that gets the network, in the place of one that it may have.</param>
    /// <param name="faces">Pictures of people. Where <c>../points/pts_N.csv</c> lies beside <c>img_N.jpg</c>, the reference's eyes are checked against it.</param>
    /// <param name="reference">The detector that labels.</param>
    /// <param name="options">How to train; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">No picture has a face, or the loss is no number; or there is a checkpoint that was not asked for, or of other options or pictures.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DetectorTrainingReport Train(FaceDetectorModel detector, IReadOnlyList<string> faces, FaceDetectorModel reference, FaceDetectorTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentNullException.ThrowIfNull(reference);
        return LabeledTraining.Run("key points", faces, [], reference, options, (labels, how, checkpoints) => Train(detector, new CloseUpComposer(labels.People), how, checkpoints));
    }

    private static (FaceDetectorModel Detector, long Windows, double Loss) Train(FaceDetectorModel detector, CloseUpComposer composer, FaceDetectorTrainingOptions options, SceneCheckpoints? checkpoints)
    {
        using var network = new KeypointNetwork(new Random(options.Seed));
        using var units = tensor(Enumerable.Range(0, FaceKeypoints.Length).Select(i => KeypointSpec.Reach * (i < FaceKeypoints.Length - EarNumbers ? 1 : EarWeight)).ToArray());
        var (done, recent) = SceneTraining.Run(
            network, (seed, first) => composer.Batch(seed, options.BatchSize, first), batch => Loss(network, batch, options.BatchSize, units),
            batch => network.call(Windows(batch, options.BatchSize)).Dispose(), options, checkpoints);
        return (detector.WithKeypointNetwork(KeypointGraph.Build(network.ToWeights())), done, recent);
    }

    /// <summary>The mean distance of the points along each axis, in sides of the box; of the ears a quarter.</summary>
    private static Tensor Loss(KeypointNetwork network, CloseUpBatch batch, int count, Tensor units)
    {
        var points = tensor(batch.Points).reshape(count, FaceKeypoints.Length);
        var distances = (network.call(Windows(batch, count)) - points) * units;
        return nn.functional.smooth_l1_loss(distances, zeros_like(distances), beta: Near);
    }

    private static Tensor Windows(CloseUpBatch batch, int count) => tensor(batch.Windows, ScalarType.Byte).reshape(count, 3, KeypointSpec.InputSide, KeypointSpec.InputSide);
}
