namespace CDNet.MLNet.Data;

/// <summary>What came of writing frames of videos as pictures.</summary>
/// <param name="Frames">Pictures that were written.</param>
/// <param name="Failed">Of each video that cannot be read, or not to its end, why: the message names its path. The frames before the damage are written.</param>
public sealed record FrameFilesReport(long Frames, IReadOnlyList<string> Failed);
