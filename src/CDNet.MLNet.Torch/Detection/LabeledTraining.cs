using System.Diagnostics;
using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Torch.Detection;

/// <summary>What trainings on pictures that a reference detector labels have in common: the labels, the checkpoints and the report.</summary>
internal static class LabeledTraining
{
    /// <summary>Labels the pictures and trains.</summary>
    /// <param name="trained">What is trained, as a checkpoint names it.</param>
    /// <param name="faces">Pictures of people.</param>
    /// <param name="scenes">Pictures of places without people; may be empty.</param>
    /// <param name="reference">The detector that labels.</param>
    /// <param name="options">How to train; the defaults where null.</param>
    /// <param name="train">Trains on the labels, and goes on from the checkpoints where there are some.</param>
    public static DetectorTrainingReport Run(
        string trained, IReadOnlyList<string> faces, IReadOnlyList<string> scenes, FaceDetectorModel reference, FaceDetectorTrainingOptions? options,
        Func<TeacherLabels, FaceDetectorTrainingOptions, SceneCheckpoints?, (FaceDetectorModel Detector, long Scenes, double Loss)> train)
    {
        options ??= new FaceDetectorTrainingOptions();
        options.Validate();
        TorchRuntime.EnsureLoaded();
        var clock = Stopwatch.StartNew();
        using var checkpoints = SceneCheckpoints.Of(options);
        var labels = TeacherLabels.Of(faces, scenes, reference, options);
        checkpoints?.Note(trained, labels);
        var (detector, done, loss) = MainHeapThread.Run(() => train(labels, options, checkpoints));
        checkpoints?.Complete();
        return new DetectorTrainingReport(detector, labels.People.Count, labels.Places.Count, done, loss, clock.Elapsed.TotalSeconds, labels.Skipped);
    }
}
