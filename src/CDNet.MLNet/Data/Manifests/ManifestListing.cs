namespace CDNet.MLNet.Data.Manifests;

/// <summary>A file of the data, with what the manifest knows of it.</summary>
/// <param name="Path">The path below the root.</param>
/// <param name="FullPath">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Rule">The rule that took it.</param>
/// <param name="IsFake">The label.</param>
/// <param name="Split">The split; empty where there is none.</param>
/// <param name="SourceVideo">The source video or the group of sources.</param>
/// <param name="Video">The video it is, or whose frame it is.</param>
/// <param name="Method">How it was faked; empty for real ones.</param>
internal sealed record ManifestFile(
    string Path, string FullPath, long Bytes, ManifestRule Rule, bool IsFake, string Split, string SourceVideo, string Video, string Method);

/// <summary>What a manifest makes of a folder.</summary>
/// <param name="Files">The files of the data, by path.</param>
/// <param name="Problems">What was left out, and why.</param>
/// <param name="Others">Files that do not belong to the data.</param>
internal sealed record ManifestListing(IReadOnlyList<ManifestFile> Files, IReadOnlyList<ManifestProblem> Problems, IReadOnlyList<string> Others);
