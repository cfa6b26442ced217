namespace CDNet.MLNet.Scoring;

/// <summary>Something to score: a file, or a picture in memory.</summary>
/// <param name="Name">The file, or what verdicts and messages call the picture.</param>
/// <param name="Content">The bytes of a picture file; null where <paramref name="Name"/> is a file to read.</param>
public sealed record ScoringInput(string Name, ReadOnlyMemory<byte>? Content = null);
