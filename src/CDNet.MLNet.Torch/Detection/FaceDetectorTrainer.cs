using System.Diagnostics;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Networks;
using CDNet.MLNet.Torch.Training;
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
    // Batches from which the batch norms' statistics are measured at the end.
    private const int StatisticsBatches = 60;
    private const double WarmupShare = 0.01;

    /// <summary>Trains.</summary>
    /// <param name="faces">Pictures of people. Where <c>../points/pts_N.csv</c> lies beside <c>img_N.jpg</c>, the reference's eyes are checked against it.</param>
    /// <param name="scenes">Pictures of places without people; may be empty.</param>
    /// <param name="reference">The detector that labels.</param>
    /// <param name="options">How to train; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">No picture has a face, or the loss is no number.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DetectorTrainingReport Train(
        IReadOnlyList<string> faces, IReadOnlyList<string> scenes, FaceDetectorModel reference, FaceDetectorTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentNullException.ThrowIfNull(scenes);
        ArgumentNullException.ThrowIfNull(reference);
        options ??= new FaceDetectorTrainingOptions();
        options.Validate();
        TorchRuntime.EnsureLoaded();
        var clock = Stopwatch.StartNew();
        using var teacher = new FaceDetector(reference);
        var labels = TeacherLabels.Of(faces, scenes, teacher, options);
        if (labels.People.Count == 0)
            throw new InvalidOperationException($"The reference detector finds a face in none of the {faces.Count:N0} pictures. The first: {labels.Skipped[0].Item}: {labels.Skipped[0].Reason}");
        var composer = new SceneComposer(labels.People, labels.Places);
        var (onnx, trained, loss) = MainHeapThread.Run(() => Train(composer, options));
        return new DetectorTrainingReport(
            FaceDetectorModel.FromBytes(onnx, "cdnet-blazeface"), labels.People.Count, labels.Places.Count, trained, loss, clock.Elapsed.TotalSeconds, labels.Skipped);
    }

    private static (byte[] Onnx, long Scenes, double Loss) Train(SceneComposer composer, FaceDetectorTrainingOptions options)
    {
        using var network = new CompactBlazeFaceNetwork(new Random(options.Seed));
        ChannelsLast.ApplyToKernels(network);
        using var optimizer = new AdamOptimizer(network.parameters(), options.LearningRate);
        var clock = Stopwatch.StartNew();
        var (done, recent) = (0L, double.NaN);
        network.train();
        foreach (var batch in SceneBatches.Read(composer, options.Seed, options.BatchSize, first: 0, options.CancellationToken))
        {
            var share = Math.Max((double)done / options.Scenes, options.TimeBudget is { } budget ? clock.Elapsed / budget : 0);
            if (share >= 1)
                break;
            optimizer.Rate = options.LearningRate * LearningRate.WarmupCosine((share + 1e-4) / WarmupShare, share);
            var loss = Step(network, optimizer, batch, options.BatchSize);
            if (!double.IsFinite(loss))
                throw new InvalidOperationException($"The loss of the detector is {loss}. Lower the learning rate ({options.LearningRate}).");
            done += options.BatchSize;
            recent = double.IsNaN(recent) ? loss : recent + 0.02 * (loss - recent);
            var speed = done / clock.Elapsed.TotalSeconds;
            options.Progress?.Report(new DetectorTrainingProgress(false, done, options.Scenes, recent, speed, Left(share, clock.Elapsed)));
        }
        // Scenes of another seed, so that none of them was trained on.
        var statistics = SceneBatches.Read(composer, ~options.Seed, options.BatchSize, first: 0, options.CancellationToken).Take(StatisticsBatches);
        BatchNormStatistics.Measure(network, statistics, batch =>
        {
            using var windows = Windows(batch, options.BatchSize);
            network.call(windows).Dispose();
        });
        return (CompactBlazeFaceGraph.Build(network.ToWeights()), done, recent);
    }

    private static double Step(CompactBlazeFaceNetwork network, AdamOptimizer optimizer, SceneBatch batch, int count)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGradients();
        var labels = tensor(batch.Labels).reshape(count, CompactBlazeFace.Cells);
        var offsets = tensor(batch.Offsets).reshape(count, CompactBlazeFace.Cells, SceneTargets.Places);
        var sides = tensor(batch.Sides).reshape(count, CompactBlazeFace.Cells);
        var loss = DetectorLoss.Of(network.call(Windows(batch, count)), labels, offsets, sides);
        loss.backward();
        optimizer.Step();
        return loss.item<float>();
    }

    private static Tensor Windows(SceneBatch batch, int count)
        => tensor(batch.Windows, ScalarType.Byte).reshape(count, 3, CompactBlazeFace.InputSide, CompactBlazeFace.InputSide);

    private static TimeSpan? Left(double share, TimeSpan elapsed) => share > 0 ? elapsed * ((1 - share) / share) : null;
}
