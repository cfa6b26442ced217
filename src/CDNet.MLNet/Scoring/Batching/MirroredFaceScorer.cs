using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Scores each face as it is and as it is in a mirror; the mean counts.</summary>
/// <param name="inner">What scores both; it is disposed of.</param>
internal sealed class MirroredFaceScorer(IFaceScorer inner) : IFaceScorer
{
    public float[] Score(IReadOnlyList<FaceCrops> faces)
    {
        // One after the other: twice as many at once would leave the processor's caches.
        var (seen, mirrored) = (inner.Score(faces), inner.Score([.. faces.Select(CropMirror.Of)]));
        return [.. seen.Zip(mirrored, (one, other) => (one + other) / 2)];
    }

    public void Dispose() => inner.Dispose();
}
