namespace CDNet.MLNet.Blending;

/// <summary>What came of making fakes of real pictures.</summary>
/// <param name="Pairs">Pictures that were written with a fake beside them.</param>
/// <param name="WithoutFace">Paths of the pictures without a face; nothing is written of them.</param>
/// <param name="Failed">Of each picture that cannot be read, why: the message names its path.</param>
public sealed record SelfBlendingReport(int Pairs, IReadOnlyList<string> WithoutFace, IReadOnlyList<string> Failed);
