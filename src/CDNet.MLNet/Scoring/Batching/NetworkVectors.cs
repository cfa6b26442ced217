using CDNet.MLNet.Data;
using CDNet.MLNet.Faces;
using Google.Protobuf;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>How a picture is looked at before the network sees it.</summary>
/// <param name="Degradation">What happens to the picture before faces are looked for; null for nothing.</param>
/// <param name="IsMirrored">Whether the crops are mirrored.</param>
internal sealed record PictureView(PictureDegradation? Degradation = null, bool IsMirrored = false);

/// <summary>What a model's network knows of each part of a face (<see cref="ScorerGraph.Vector"/>), for pictures: read, cropped and put through the network on all processors, in order.</summary>
internal sealed class NetworkVectors : IDisposable
{
    private readonly CDNetModel _model;
    private readonly CropSession _session;

    /// <param name="model">The model; it must live as long as this.</param>
    /// <exception cref="InvalidDataException">Its network does not keep its parts apart.</exception>
    public NetworkVectors(CDNetModel model)
    {
        var graph = model.Graph is { } found && found.Outputs.Contains(ScorerGraph.Vector)
            ? found
            : throw new InvalidDataException($"{model.Name}: the network {model.Network ?? "of this model"} does not keep its parts apart; only sam does, as this version saves it.");
        _model = model;
        _session = new CropSession(graph.Build(ScorerGraph.Vector).ToByteArray(), threads: 1);
    }

    /// <summary>The vectors of the most confident face of each picture, in order; null for a picture that has none or cannot be read.</summary>
    public IEnumerable<float[]?> Read(IEnumerable<(string Path, PictureView View)> pictures, CancellationToken cancellation)
        => WorkAhead.Run(pictures.Select(picture => (Func<float[]?>)(() => Of(picture.Path, picture.View))), cancellation);

    private float[]? Of(string path, PictureView view)
    {
        var cropper = new PictureCropper(_model.Detector, _model.CropOptions, new ScoringOptions { Degradation = view.Degradation });
        var faces = cropper.Work(new ScoringInput(path), CancellationToken.None).Single()().Faces;
        return faces.Count == 0 ? null : _session.Run([view.IsMirrored ? CropMirror.Of(faces[0].Crops) : faces[0].Crops], ScorerGraph.Vector)[0];
    }

    public void Dispose() => _session.Dispose();
}
