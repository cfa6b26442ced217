using CDNet.MLNet.Evaluation;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Torch.Detection;
using Spectre.Console;

namespace CDNet.Cli.Output;

/// <summary>What is known of a face detector.</summary>
/// <param name="Detector">The detector.</param>
/// <param name="Comparison">How it does beside the reference on held-out pictures; null where none were held out.</param>
/// <param name="Training">How it was trained, where it was just now.</param>
internal sealed record DetectorResult(FaceDetectorModel Detector, DetectorComparison? Comparison, DetectorTrainingReport? Training) : ICommandResult
{
    public object ToJson() => new
    {
        Detector = Detector.Name,
        Detector.Sha256,
        Detector.InputSide,
        Detector.HasKeypointNetwork,
        Comparison?.Pictures,
        Comparison?.ReferenceFaces,
        Comparison?.Found,
        Comparison?.FoundShare,
        Comparison?.KeypointError,
        Comparison?.ReferenceKeypointError,
        Comparison?.Eyes,
        Comparison?.Scenes,
        Comparison?.FalseFaces,
        Comparison?.WindowMilliseconds,
        Comparison?.Failed,
        Training = Training is null ? null : new { Training.People, Training.Places, Training.Scenes, Training.Loss, Training.Seconds, Skipped = Training.Skipped.Count },
    };

    public void Print()
    {
        var table = new Table().RoundedBorder().AddColumns("Figure", "Value");
        table.AddRow("Detector", Markup.Escape($"{Detector.Name}, {Detector.InputSide}x{Detector.InputSide}{(Detector.HasKeypointNetwork ? ", with a network for key points" : "")}, SHA-256 {Detector.Sha256}"));
        if (Training is { } training)
        {
            table.AddRow("Trained on", $"{training.Scenes:N0} scenes from {training.People:N0} pictures of people and {training.Places:N0} of places, in {ProgressLine.Time(TimeSpan.FromSeconds(training.Seconds))}");
            table.AddRow("Left out", $"{training.Skipped.Count:N0} pictures");
            table.AddRow("Loss", $"{training.Loss:F4}");
        }
        if (Comparison is { } comparison)
        {
            table.AddRow("Faces found", $"{comparison.FoundShare:P1} of the {comparison.ReferenceFaces:N0} that the reference finds in {comparison.Pictures:N0} pictures");
            table.AddRow("Error of eyes, nose, mouth", $"{comparison.KeypointError:P1} of the distance between the eyes; the reference's own at its first look {comparison.ReferenceKeypointError:P1}");
            if (comparison.Eyes is { } eyes)
                table.AddRow("Eyes beside the points given", $"{eyes.Error:P1} off, the reference's {eyes.ReferenceError:P1}; {eyes.Faces:N0} faces");
            table.AddRow("False faces", $"{comparison.FalseFaces:N0} in {comparison.Scenes:N0} pictures of places");
            table.AddRow("One window", $"{comparison.WindowMilliseconds:F2} ms on one thread");
        }
        Terminal.Out.Write(table);
        Terminal.Problems(Comparison?.Failed ?? []);
    }
}
