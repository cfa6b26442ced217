using CDNet.MLNet.Scoring.Batching;

namespace CDNet.MLNet.Scoring;

/// <summary>Scores faces by a model as one graph, picture by picture: whatever else is scored, a picture's scores have the same bits.</summary>
internal static class GraphScoring
{
    // More of a picture's faces at once would leave the processor's caches.
    private const int MostFacesAtOnce = 2;

    /// <summary>A verdict for each face, in the order of the files; that of a picture without a face, or that failed, in its place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scorer">Its graph.</param>
    /// <param name="paths">The files, enumerated once.</param>
    /// <param name="options">Which frames of videos, and what happens to pictures first.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    public static IEnumerable<FaceVerdict> Score(CDNetModel model, GraphFaceScorer scorer, IEnumerable<string> paths, ScoringOptions options, CancellationToken cancellation)
    {
        var cropper = new PictureCropper(model.Detector, model.CropOptions, options);
        var works = paths.SelectMany(path => cropper.Work(new ScoringInput(path), cancellation)).Select(crop => (Func<FaceVerdict[]>)(() => Verdicts(model, scorer, crop())));
        return WorkAhead.Run(works, cancellation).SelectMany(verdicts => verdicts);
    }

    private static FaceVerdict[] Verdicts(CDNetModel model, GraphFaceScorer scorer, CroppedPicture picture)
    {
        if (picture.WithoutFaces is { } verdict)
            return [verdict];
        var scores = picture.Faces.Chunk(MostFacesAtOnce).SelectMany(faces => scorer.Score([.. faces.Select(face => face.Crops)]));
        return [.. picture.Faces.Zip(scores, (face, score) => face.Face.ToVerdict(score, model))];
    }
}
