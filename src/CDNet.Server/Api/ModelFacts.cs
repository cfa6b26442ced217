using CDNet.MLNet.Reports;
using CDNet.MLNet.Scoring;

namespace CDNet.Server.Api;

/// <summary>What is to be known of the model, and what the server takes.</summary>
/// <param name="Name">The model's file without its folder, or default.</param>
/// <param name="Sha256">SHA-256 of the model zip.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Network">The network of the features.</param>
/// <param name="Decision">How it decides: cluster, fullyConnected, or null.</param>
/// <param name="Parameters">Numbers in the network.</param>
/// <param name="Detector">What finds the faces.</param>
/// <param name="MinConfidence">Confidence below which a detection is no face.</param>
/// <param name="Threshold">The score above which a face is called fake.</param>
/// <param name="IsCalibrated">Whether probabilities were learnt from pictures that the model was not trained on.</param>
/// <param name="ExplainsParts">Whether evidence has what each part contributes.</param>
/// <param name="TellsFamiliarity">Whether rows tell how familiar a face is.</param>
/// <param name="Caveat">What to know before believing a verdict.</param>
/// <param name="Card">Where the model card is, relative to this server; null where none is known.</param>
/// <param name="Limits">What is too much.</param>
internal sealed record ModelFacts(
    string Name, string Sha256, long Bytes, string? Network, string? Decision, long Parameters, string Detector, float MinConfidence, float Threshold, bool IsCalibrated, bool ExplainsParts, bool TellsFamiliarity, string Caveat, string? Card,
    Limits Limits)
{
    /// <summary>Where the card of the library's own model is.</summary>
    public const string CardPath = "/model-card";

    public static ModelFacts Of(CDNetModel model, ServeOptions options) => new(
        Path.GetFileName(model.Name),
        model.Sha256,
        model.Bytes,
        model.Network,
        model.Centres is not null ? "cluster" : model.Head is not null ? "fullyConnected" : null,
        model.Parameters,
        model.CropOptions.Detector!.Name,
        model.CropOptions.MinConfidence,
        model.Threshold,
        model.Calibration is not null,
        model.PartMeans is not null,
        model.HasFamiliarity,
        Words.Caveat,
        model.Name == CDNetModel.DefaultName ? CardPath : null,
        new Limits(options.MaxUploadBytes, options.MaxPictures, options.MaxPixels, options.MaxFaces, options.Workers, options.MaxWaiting, options.Timeout.TotalSeconds));
}

/// <summary>What is too much for the server.</summary>
/// <param name="MaxUploadBytes">Bytes of one request's pictures.</param>
/// <param name="MaxPictures">Pictures of one request.</param>
/// <param name="MaxPixels">Pixels of a picture.</param>
/// <param name="MaxFaces">Faces of a picture.</param>
/// <param name="Workers">Requests in work at once.</param>
/// <param name="MaxWaiting">Requests that may wait beside those.</param>
/// <param name="TimeoutSeconds">Time of a request.</param>
internal sealed record Limits(long MaxUploadBytes, int MaxPictures, long MaxPixels, int MaxFaces, int Workers, int MaxWaiting, double TimeoutSeconds);
