using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace CDNet.MLNet.Calibration;

/// <summary>Gives the ONNX stage behind it an input: a vector, because ML.NET's ONNX stage crashes on a scalar that other threads read ahead.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class CalibrationRowMapping : CustomMappingFactory<CalibrationRowMapping.Source, CalibrationRowMapping.Target>
{
    public const string Contract = "CDNet.MLNet.Calibration.CalibrationRow/1";

    internal sealed class Source
    {
        public float Score { get; set; }
    }

    internal sealed class Target
    {
        [ColumnName(CalibrationColumns.Row)]
        [VectorType(1)]
        public float[] Row { get; set; } = [0];
    }

    public override Action<Source, Target> GetMapping() => Map;

    public static void Map(Source source, Target target)
    {
    }
}

/// <summary>Probability and verdict of a score.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class CalibrationMapping : CustomMappingFactory<CalibrationMapping.Source, CalibrationMapping.Target>
{
    public const string Contract = "CDNet.MLNet.Calibration.Calibration/1";

    internal sealed class Source
    {
        public float Score { get; set; }

        [ColumnName(CalibrationColumns.Numbers)]
        public VBuffer<float> Numbers { get; set; }
    }

    internal sealed class Target
    {
        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }

    public override Action<Source, Target> GetMapping() => Map;

    public static void Map(Source source, Target target)
    {
        var numbers = source.Numbers.GetValues();
        var calibration = new ScoreCalibration(numbers[0], numbers[1], numbers[2]);
        (target.Probability, target.PredictedLabel) = (calibration.Probability(source.Score), calibration.IsFake(source.Score));
    }
}

/// <summary>Names of the columns that exist only inside the calibrating chain.</summary>
internal static class CalibrationColumns
{
    private const string Prefix = "__cdnet.calibration.";
    public const string Row = Prefix + "row";
    public const string Numbers = Prefix + "numbers";
}
