using CDNet.MLNet.Faces;
using CDNet.MLNet.Onnx.Protobuf;

namespace CDNet.MLNet.Scoring;

/// <summary>Gives a saved model another face detector, or another way to find and cut out faces.</summary>
/// <remarks>The crops move with the detector's boxes and points, and the scores with the crops: measure the model anew.</remarks>
public static class DetectorExchange
{
    /// <summary>Copies a model zip with other options of its crops.</summary>
    /// <param name="source">The model zip, or <see cref="CDNetModel.DefaultName"/> for the one that comes with the library.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <param name="change">The new options from the model's own, the detector with them.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, or a damaged one.</exception>
    public static void Write(string source, string target, Func<FacePartCropOptions, FacePartCropOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        SavedModelRewriter.Write(source, target, model => CropStateGraph.Read(model) is { } options ? With(change(options)) : null);

        static ModelProto With(FacePartCropOptions options)
        {
            options.Validate();
            return ModelProto.Parser.ParseFrom(CropStateGraph.Build(options.Detector ?? FaceDetectorModel.Default, options));
        }
    }
}
