using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Faces that go through the network together; who waits for one of them waits for <see cref="Scores"/>.</summary>
internal sealed class FaceBatch
{
    private readonly TaskCompletionSource<FaceScore[]> _scores = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<FaceCrops> Faces { get; } = [];

    /// <summary>What the model gives for each face, in the order of <see cref="Faces"/>.</summary>
    public Task<FaceScore[]> Scores => _scores.Task;

    /// <summary>Scores the faces, or hands on why that failed.</summary>
    public void Run(IFaceScorer scorer, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            _scores.TrySetCanceled(cancellation);
            return;
        }
        try
        {
            _scores.TrySetResult(scorer.Score(Faces));
        }
        catch (Exception e)
        {
            _scores.TrySetException(e);
        }
    }
}

/// <summary>A picture whose faces are in batches.</summary>
/// <param name="Faces">Each face, its batch, and its place there.</param>
/// <param name="WithoutFaces">The verdict of a picture that has none.</param>
internal sealed record BatchedPicture(IReadOnlyList<(CroppedFace Face, Task<FaceScore[]> Scores, int Place)> Faces, FaceVerdict? WithoutFaces);
