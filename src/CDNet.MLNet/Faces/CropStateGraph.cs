using System.Runtime.InteropServices;
using CDNet.MLNet.Onnx;
using CDNet.MLNet.Onnx.Protobuf;
using CDNet.MLNet.Pipeline;

namespace CDNet.MLNet.Faces;

/// <summary>A detector and crop options as an ONNX model of constants: the form in which a saved model carries them.</summary>
internal static class CropStateGraph
{
    private const string GraphName = "cropState";
    private const string DetectorNameKey = "cdnet.detector.name";

    public static byte[] Build(FaceDetectorModel detector, FacePartCropOptions options)
    {
        var graph = new OnnxGraphBuilder(GraphName);
        // A model without inputs cannot be saved, so it has one that it does not read.
        graph.Input(CropColumns.Row, OnnxType.Float, 1);
        var numbers = options.ToNumbers();
        graph.Output(graph.Constant(OnnxType.UInt8, detector.Id, detector.Id.Length), CropColumns.DetectorId, OnnxType.UInt8, detector.Id.Length);
        graph.Output(graph.Constant(OnnxType.UInt8, detector.Onnx, detector.Onnx.Length), CropColumns.Detector, OnnxType.UInt8, detector.Onnx.Length);
        graph.Output(graph.Constant(numbers, numbers.Length), CropColumns.Options, OnnxType.Float, numbers.Length);
        graph.Metadata(DetectorNameKey, detector.Name);
        return graph.Build();
    }

    /// <summary>The detector and the options in a saved model, or null where it crops no faces.</summary>
    public static FacePartCropOptions? Read(ModelArchive archive) => archive.Find(GraphName) is { } model ? Read(model) : null;

    /// <summary>The detector and the options in an ONNX model, or null where it is not of this form.</summary>
    public static FacePartCropOptions? Read(ModelProto model)
    {
        if (model.Graph.Name != GraphName)
            return null;
        var name = ModelArchive.Metadata(model, DetectorNameKey) ?? "the saved model's face detector";
        var detector = FaceDetectorModel.FromBytes(ModelArchive.Constant(model, CropColumns.Detector).ToArray(), name);
        var numbers = MemoryMarshal.Cast<byte, float>(ModelArchive.Constant(model, CropColumns.Options));
        return FacePartCropOptions.FromNumbers(numbers) with { Detector = detector };
    }
}
