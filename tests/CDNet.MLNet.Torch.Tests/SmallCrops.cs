using CDNet.MLNet.Sam;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace CDNet.MLNet.Torch.Tests;

/// <summary>Rows as CropFaceParts and DctAmplitude make them, but with small crops, so that a step takes milliseconds. Fakes are striped.</summary>
internal static class SmallCrops
{
    public const int FaceSide = 48;
    public const int PartSide = 16;

    public static Row[] Rows(int count, int seed = 1, int framesPerVideo = 4)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var isFake = i / framesPerVideo % 2 == 1;
            byte[] Image(int side) => [.. Enumerable.Range(0, 3 * side * side).Select(at => (byte)(random.Next(1, 160) + (isFake && at % 4 < 2 ? 70 : 0)))];
            float[] Amplitudes() => [.. Enumerable.Range(0, SamSpec.Amplitudes).Select(_ => (float)random.NextDouble())];
            return new Row
            {
                Label = isFake, Video = $"v{i / framesPerVideo}", IsValidation = i % 5 == 0,
                Face = Image(FaceSide), RightEye = Image(PartSide), LeftEye = Image(PartSide), Nose = Image(PartSide), Mouth = Image(PartSide),
                FaceDct = Amplitudes(), RightEyeDct = Amplitudes(), LeftEyeDct = Amplitudes(), NoseDct = Amplitudes(), MouthDct = Amplitudes(),
            };
        })];
    }

    public static IDataView Data(int count, int seed = 1) => new MLContext(1).Data.LoadFromEnumerable(Rows(count, seed));

    /// <summary>Options of a short, exactly reproducible training.</summary>
    public static SamFeatureOptions Options() => new()
    {
        EpochsStage1 = 2, EpochsStage2 = 1, BatchSize = 8, LearningRate = 1e-3, BatchNormBatches = 4, Precision = TrainingPrecision.Full, ValidationFraction = 0.25,
    };

    public sealed class Row
    {
        public bool Label { get; set; }

        public string Video { get; set; } = "";

        public bool IsValidation { get; set; }

        [VectorType(3, FaceSide, FaceSide)]
        public byte[] Face { get; set; } = [];

        [VectorType(3, PartSide, PartSide)]
        public byte[] RightEye { get; set; } = [];

        [VectorType(3, PartSide, PartSide)]
        public byte[] LeftEye { get; set; } = [];

        [VectorType(3, PartSide, PartSide)]
        public byte[] Nose { get; set; } = [];

        [VectorType(3, PartSide, PartSide)]
        public byte[] Mouth { get; set; } = [];

        [VectorType(SamSpec.Amplitudes)]
        public float[] FaceDct { get; set; } = [];

        [VectorType(SamSpec.Amplitudes)]
        public float[] RightEyeDct { get; set; } = [];

        [VectorType(SamSpec.Amplitudes)]
        public float[] LeftEyeDct { get; set; } = [];

        [VectorType(SamSpec.Amplitudes)]
        public float[] NoseDct { get; set; } = [];

        [VectorType(SamSpec.Amplitudes)]
        public float[] MouthDct { get; set; } = [];
    }
}
