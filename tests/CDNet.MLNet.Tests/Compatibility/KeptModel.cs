using System.Text.Json;
using CDNet.MLNet.Calibration;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Scoring;
using Microsoft.ML;

namespace CDNet.MLNet.Tests.Compatibility;

/// <summary>Models as a version saved them, with the pictures and the scores that they had then.</summary>
internal static class KeptModel
{
    /// <summary>Names a folder that models of this version are written to, to be kept under Compatibility/Models.</summary>
    public const string FolderVariable = "CDNET_KEEP_MODELS";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>What a model must say of a picture; numbers are null without a face.</summary>
    public sealed record Expectation(string Model, string Picture, float? Score, float? Probability, bool PredictedLabel, float FaceConfidence);

    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "Compatibility", "Models");

    /// <summary>All that is kept, with the folder of the version that saved it.</summary>
    public static IEnumerable<(string Folder, Expectation Expectation)> All()
        => Directory.GetDirectories(Root).Order(StringComparer.Ordinal)
            .SelectMany(folder => JsonSerializer.Deserialize<Expectation[]>(File.ReadAllText(Path.Combine(folder, "expected.json")))!.Select(expectation => (folder, expectation)));

    /// <summary>
    /// Writes models that together have every kind of stage: the one that comes with the library (16-bit weights, its detector, two centres, calibration), and a small one without a network, whose
    /// features are the amplitudes.
    /// </summary>
    public static void Write(string folder)
    {
        var context = new MLContext(1);
        Directory.CreateDirectory(folder);
        using (var resource = CDNetModel.OpenDefault())
        using (var file = File.Create(Path.Combine(folder, "default.zip")))
            resource.CopyTo(file);
        foreach (var photograph in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Photographs"), "*.jpg"))
            File.Copy(photograph, Path.Combine(folder, Path.GetFileName(photograph)), overwrite: true);

        using var drawn = new TempFolder();
        var set = TestPictures.WriteLabeledSet(drawn.Path, 24);
        string[] amplitudes = ["FaceDct", "RightEyeDct", "LeftEyeDct", "NoseDct", "MouthDct"];
        var pipeline = context.Transforms.LoadPictures()
            .Append(context.Transforms.CropFaceParts(options: new FacePartCropOptions { Detector = MarkerDetector.Create() }))
            .Append(context.Transforms.DctAmplitude())
            .Append(context.Transforms.Concatenate("Features", amplitudes))
            .Append(context.BinaryClassification.Trainers.ClusterDecision())
            .Append(context.BinaryClassification.Calibrators.ScoreCalibration(new ScoreCalibrationOptions { Calibration = new ScoreCalibration(1.5f, -0.25f, 0.125f) }));
        var data = context.Data.LoadFromEnumerable(set.Select(item => new PictureRow { Path = item.Path, Label = item.IsFake }));
        using var model = pipeline.Fit(data);
        context.Model.Save(model, data.Schema, Path.Combine(folder, "small.zip"));
        File.Copy(set.First(item => item.IsFake).Path, Path.Combine(folder, "striped.png"), overwrite: true);
        File.Copy(set.First(item => !item.IsFake).Path, Path.Combine(folder, "plain.png"), overwrite: true);

        var expectations = new[] { ("default.zip", "astronaut.jpg"), ("default.zip", "rocket.jpg"), ("small.zip", "striped.png"), ("small.zip", "plain.png") }
            .Select(pair => Score(Path.Combine(folder, pair.Item1), Path.Combine(folder, pair.Item2)));
        File.WriteAllText(Path.Combine(folder, "expected.json"), JsonSerializer.Serialize(expectations, Json) + "\n");
    }

    /// <summary>Loads a model with ML.NET alone and scores a picture.</summary>
    public static Expectation Score(string zip, string picture)
    {
        var context = new MLContext();
        using var model = (IDisposable)context.Model.Load(zip, out _);
        using var engine = context.Model.CreatePredictionEngine<PictureRow, VerdictRow>((ITransformer)model, new PredictionEngineOptions { OwnsTransformer = false });
        var verdict = engine.Predict(new PictureRow { Path = picture });
        static float? Finite(float value) => float.IsNaN(value) ? null : value;
        return new Expectation(Path.GetFileName(zip), Path.GetFileName(picture), Finite(verdict.Score), Finite(verdict.Probability), verdict.PredictedLabel, verdict.FaceConfidence);
    }

    private sealed class PictureRow
    {
        public string Path { get; set; } = "";

        public bool Label { get; set; }
    }

    private sealed class VerdictRow
    {
        public float FaceConfidence { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }
}
