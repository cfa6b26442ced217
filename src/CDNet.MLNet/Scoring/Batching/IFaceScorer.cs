using CDNet.MLNet.Faces;

namespace CDNet.MLNet.Scoring.Batching;

/// <summary>Scores faces that were cut out. Several threads may use it at once.</summary>
internal interface IFaceScorer : IDisposable
{
    /// <summary>What the model gives, one a face.</summary>
    /// <param name="faces">One face at least; all of them go through the network at once.</param>
    FaceScore[] Score(IReadOnlyList<FaceCrops> faces);
}
