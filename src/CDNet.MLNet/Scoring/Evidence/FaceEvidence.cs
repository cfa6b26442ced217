namespace CDNet.MLNet.Scoring.Evidence;

/// <summary>What drove the verdict on a face.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="DistanceToReal">Squared distance of the features to the centre of the real images; null where a fully connected head decides.</param>
/// <param name="DistanceToFake">Squared distance to the centre of the fake images; null where a fully connected head decides.</param>
/// <param name="Parts">What each part contributes, the face first; empty where the model does not know what its parts look like on the average (<see cref="PartMeansWriter"/>).</param>
/// <param name="Occlusion">What each place of the face contributes.</param>
/// <param name="FaceSquare">The square of the picture that became the face crop, in pixels; the map lies over it.</param>
/// <param name="PartSquares">The squares of right eye, left eye, nose and mouth, in pixels.</param>
public sealed record FaceEvidence(
    FaceVerdict Verdict, float? DistanceToReal, float? DistanceToFake, IReadOnlyList<PartEvidence> Parts, OcclusionMap Occlusion, Faces.FaceBox FaceSquare, IReadOnlyList<Faces.FaceBox> PartSquares);

/// <summary>What a part contributes to the score: by how much the score falls where the part is replaced by the average one.</summary>
/// <param name="Part">Face, RightEye, LeftEye, Nose or Mouth; left and right are the person's own. Face is the network's view of the whole face.</param>
/// <param name="Contribution">In the unit of the score; above 0 speaks for fake. The contributions need not add up to the score: the decision is not linear.</param>
/// <param name="Spatial">The same where only what the network sees is replaced.</param>
/// <param name="Frequency">The same where only the DCT amplitudes are replaced.</param>
/// <param name="Amplitudes">The part's 128 amplitudes, from low frequencies to high, in standard deviations from the mean of the pictures that the network was trained on.</param>
/// <param name="RealAmplitudes">Those of real pictures on the average.</param>
/// <param name="FakeAmplitudes">Those of fake pictures on the average.</param>
public sealed record PartEvidence(
    string Part, float Contribution, float Spatial, float Frequency, IReadOnlyList<float> Amplitudes, IReadOnlyList<float> RealAmplitudes, IReadOnlyList<float> FakeAmplitudes);

/// <summary>What each place of a face contributes: by how much the score falls where it is covered in grey.</summary>
/// <param name="Side">Cells along a side of the face crop.</param>
/// <param name="Contributions">Row by row from the top left, in the unit of the score; above 0 speaks for fake.</param>
public sealed record OcclusionMap(int Side, IReadOnlyList<float> Contributions);
