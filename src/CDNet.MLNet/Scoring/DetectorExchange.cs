using CDNet.MLNet.Faces;
using CDNet.MLNet.Onnx.Protobuf;

namespace CDNet.MLNet.Scoring;

/// <summary>Gives a saved model another face detector.</summary>
/// <remarks>The crops move with the detector's boxes and points, and the scores with the crops: measure the model anew.</remarks>
public static class DetectorExchange
{
    /// <summary>Copies a model zip with another detector; the geometry of the crops stays as it is.</summary>
    /// <param name="source">The model zip.</param>
    /// <param name="detector">The detector.</param>
    /// <param name="target">The zip to write; it may be the same file.</param>
    /// <param name="minConfidence">Confidence below which a detection is no face, 0 to 1; null for the model's own.</param>
    /// <param name="secondLook">As <see cref="FacePartCropOptions.SecondLook"/>; null for the model's own.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minConfidence"/> or <paramref name="secondLook"/> is out of its range.</exception>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="source"/>.</exception>
    /// <exception cref="InvalidDataException">It is no model, or a damaged one.</exception>
    public static void Write(string source, FaceDetectorModel detector, string target, float? minConfidence = null, float? secondLook = null)
    {
        ArgumentNullException.ThrowIfNull(detector);
        SavedModelRewriter.Write(source, target, model => CropStateGraph.Read(model) is { } options ? WithDetector(options) : null);

        ModelProto WithDetector(FacePartCropOptions old)
        {
            var options = old with { MinConfidence = minConfidence ?? old.MinConfidence, SecondLook = secondLook ?? old.SecondLook };
            options.Validate();
            return ModelProto.Parser.ParseFrom(CropStateGraph.Build(detector, options));
        }
    }
}
