using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Calibration;

/// <summary>A calibration as an ONNX model of constants: the form in which a saved model carries it.</summary>
internal static class CalibrationGraph
{
    private const string GraphName = "calibration";
    private const int Numbers = 3;

    public static byte[] Build(ScoreCalibration calibration)
    {
        var graph = new OnnxGraphBuilder(GraphName);
        // A model without inputs cannot be saved, so it has one that it does not read.
        graph.Input(CalibrationColumns.Row, OnnxType.Float, 1);
        graph.Output(graph.Constant([calibration.Slope, calibration.Offset, calibration.Threshold], Numbers), CalibrationColumns.Numbers, OnnxType.Float, Numbers);
        return graph.Build();
    }

    /// <summary>The last calibration in a saved model, or null where it has none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ScoreCalibration? Read(ModelArchive archive)
    {
        if (archive.Find(GraphName) is not { } model)
            return null;
        var numbers = MemoryMarshal.Cast<byte, float>(ModelArchive.Constant(model, CalibrationColumns.Numbers));
        return numbers is [var slope, var offset, var threshold] && float.IsFinite(slope) && float.IsFinite(offset) && float.IsFinite(threshold)
            ? new ScoreCalibration(slope, offset, threshold)
            : throw new InvalidDataException("The saved calibration is damaged.");
    }
}
