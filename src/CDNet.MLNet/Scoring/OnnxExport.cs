using System.Globalization;
using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Scoring.Batching;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring;

/// <summary>Writes all that a model does with crops, amplitudes, network, decision and calibration, as one ONNX file for other programs.</summary>
/// <remarks>
/// Inputs, each uint8 [N,3,side,side] with red, green and blue planes, 0 to 255, nothing subtracted or divided: <c>Face</c> of side 299 and, where the network reads
/// them, <c>RightEye</c>, <c>LeftEye</c>, <c>Nose</c>, <c>Mouth</c> of side 64; left and right are the person's own. Outputs, float: <c>Score</c> [N,1], above 0 nearer to fake;
/// <c>Probability</c> [N,1] of fake; <c>Features</c> [N,length]; with the cluster decision <c>DistanceToReal</c> and <c>DistanceToFake</c> [N,1]. All of them are NaN where the face is all zero.
/// </remarks>
public static class OnnxExport
{
    /// <summary>Writes the file. What is computed is checked against the model's own pipeline before it gets its name.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="licence">What may be done with the weights, in words; null where that is not known.</param>
    /// <exception cref="InvalidDataException">The model is put together in another way than the library's own, or was saved by an older version.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(CDNetModel model, string path, string? licence = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using (var scorer = model.CreateScorer(threads: 1))
        {
            if (scorer is not GraphFaceScorer)
                throw new InvalidDataException($"{model.Name}: its stages are not those of the library alone, or an older version saved it; only the library's own form can become one file. Train it again, or score with the zip.");
        }
        var graph = model.Graph!;
        WholeFile.Write(path, partial => File.WriteAllBytes(partial, graph.Build(graph.Outputs.Where(output => output != ScorerGraph.Vector), Metadata(model, licence)).ToByteArray()));
    }

    private static Dictionary<string, string> Metadata(CDNetModel model, string? licence)
    {
        string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
        var options = model.CropOptions;
        return new Dictionary<string, string>
        {
            ["cdnet.model"] = Path.GetFileName(model.Name),
            ["cdnet.modelSha256"] = model.Sha256,
            ["cdnet.network"] = model.Network!,
            ["cdnet.classes"] = "real, fake; Score and Probability are of fake",
            ["cdnet.threshold"] = Text(model.Threshold),
            ["cdnet.inputs"] = $"uint8 [N,3,side,side], planes of red, green and blue, 0 to 255; Face {FacePartCropOptions.FaceSide}, {string.Join(", ", FaceColumns.Parts)} {FacePartCropOptions.PartSide}",
            ["cdnet.normalisation"] = "inside the model",
            ["cdnet.crops"] = $"detector's box grown by {Text(options.GrowSides)} of its height to the left and right, {Text(options.GrowAbove)} above, {Text(options.GrowBelow)} below, kept inside the picture, the square about it is Face; "
                + $"squares about the key points, {Text(2 * options.PartHalfSide)} of the grown box's shorter side, are the parts",
            ["cdnet.licence"] = licence ?? "not stated",
        };
    }
}
