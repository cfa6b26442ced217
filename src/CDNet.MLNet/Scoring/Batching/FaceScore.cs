namespace CDNet.MLNet.Scoring.Batching;

/// <summary>What a model gives for a face.</summary>
/// <param name="Score">The score; NaN where the model gives no number.</param>
/// <param name="Distance">How far the face lies from those that the model was trained on (<see cref="Evidence.PartMeans.Distance"/>); NaN where that is not known.</param>
internal readonly record struct FaceScore(float Score, float Distance);
