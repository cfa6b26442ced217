using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Scores each face in all the looks that were taken of it (<see cref="FaceLooks"/>); the mean counts.</summary>
/// <param name="inner">What scores a look; it is disposed of.</param>
internal sealed class LooksFaceScorer(IFaceScorer inner) : IFaceScorer
{
    public float[] Score(IReadOnlyList<FaceCrops> faces)
    {
        var scores = inner.Score(faces);
        var further = faces[0].Further.Count;
        // One look of all faces after the other: more at once would leave the processor's caches.
        for (var look = 0; look < further; look++)
        {
            var others = inner.Score([.. faces.Select(face => face.Further[look])]);
            for (var i = 0; i < scores.Length; i++)
                scores[i] += others[i];
        }
        for (var i = 0; i < scores.Length; i++)
            scores[i] /= 1 + further;
        return scores;
    }

    public void Dispose() => inner.Dispose();
}
