using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Scores each face in all the looks that were taken of it (<see cref="FaceLooks"/>); the means of scores and of distances count.</summary>
/// <param name="inner">What scores a look; it is disposed of.</param>
internal sealed class LooksFaceScorer(IFaceScorer inner) : IFaceScorer
{
    public FaceScore[] Score(IReadOnlyList<FaceCrops> faces)
    {
        var scores = inner.Score(faces);
        var further = faces[0].Further.Count;
        // One look of all faces after the other: more at once would leave the processor's caches.
        for (var look = 0; look < further; look++)
        {
            var others = inner.Score([.. faces.Select(face => face.Further[look])]);
            for (var i = 0; i < scores.Length; i++)
                scores[i] = new FaceScore(scores[i].Score + others[i].Score, scores[i].Distance + others[i].Distance);
        }
        for (var i = 0; i < scores.Length; i++)
            scores[i] = new FaceScore(scores[i].Score / (1 + further), scores[i].Distance / (1 + further));
        return scores;
    }

    public void Dispose() => inner.Dispose();
}
